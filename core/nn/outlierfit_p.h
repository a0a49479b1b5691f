#pragma once

#include "nn/safetensors.h"

#include <torch/torch.h>

namespace ir::nn {

/// The tensors of nn/outlier.h, in its order: what the training images' features look like.
struct OutlierModel
{
    torch::Tensor projection; ///< [F, D]; undefined: none fitted
    torch::Tensor offset;     ///< [D]
    torch::Tensor centres;    ///< [K, D]

    /// From a weights file; not fitted where the file holds none.
    [[nodiscard]] static OutlierModel readFrom(const Safetensors& file);
    [[nodiscard]] bool isFitted() const { return projection.defined(); }
};

/// Fits the score to features [N, F] of training images with labels [N]: unit-length features, whitened by
/// the pooled within-class covariance on its strongest directions (Mahalanobis distance, Lee et al. 2018,
/// arXiv:1807.03888), centres by k-means within each class since "others" is many things. Deterministic.
[[nodiscard]] OutlierModel fitOutliers(const torch::Tensor& features, const torch::Tensor& labels);

/// The same score with centres of further images added, within each label; directions and offset stay.
[[nodiscard]] OutlierModel withCentres(const OutlierModel& model, const torch::Tensor& features,
                                       const torch::Tensor& labels);

/// Scores [N] of features [N, F], by training and by the engine alike. An image's score does not depend on the
/// others.
[[nodiscard]] torch::Tensor outlierScores(const torch::Tensor& features, const OutlierModel& model);

} // namespace ir::nn
