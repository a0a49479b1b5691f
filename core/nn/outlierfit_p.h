#pragma once

#include <torch/torch.h>

namespace ir::nn {

/// The tensors of nn/outlier.h, in its order.
struct OutlierModel
{
    torch::Tensor projection;
    torch::Tensor offset;
    torch::Tensor centres;
};

/// Fits the score to features [N, F] of training images with labels [N]: unit-length features, whitened by
/// the pooled within-class covariance on its strongest directions (Mahalanobis distance, Lee et al. 2018,
/// arXiv:1807.03888), centres by k-means within each class since "others" is many things. Deterministic.
[[nodiscard]] OutlierModel fitOutliers(const torch::Tensor& features, const torch::Tensor& labels);

/// Scores [N] of features [N, F].
[[nodiscard]] torch::Tensor outlierScores(const torch::Tensor& features, const OutlierModel& model);

} // namespace ir::nn
