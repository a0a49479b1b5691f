#include "nn/outlierfit_p.h"

#include "nn/architectures/network_p.h"
#include "nn/outlier.h"

#include <algorithm>

namespace ir::nn {

namespace {

constexpr std::int64_t directions = 96;
constexpr std::int64_t imagesPerCentre = 40;
constexpr std::int64_t imagesPerAddedCentre = 4; ///< they are few, and each says something new
constexpr std::int64_t mostCentres = 24; ///< of one class
constexpr int rounds = 12;

torch::Tensor unitLength(const torch::Tensor& features)
{
    return features / features.norm(2, {1}, true).clamp_min(1e-6);
}

/// k-means (Lloyd) from evenly spaced rows of the data ordered along its first axis.
torch::Tensor cluster(const torch::Tensor& points, std::int64_t perCentre)
{
    const std::int64_t count = std::clamp<std::int64_t>(points.size(0) / perCentre, 1, mostCentres);
    const auto order = points.select(1, 0).argsort();
    const auto picks = torch::linspace(0, static_cast<double>(points.size(0) - 1), count, torch::kFloat64)
                           .round()
                           .to(torch::kInt64);
    auto centres = points.index_select(0, order.index_select(0, picks)).clone();
    for (int round = 0; round < rounds; ++round) {
        const auto nearest = torch::cdist(points, centres).argmin(1);
        for (std::int64_t k = 0; k < count; ++k) {
            const auto members = (nearest == k).nonzero().squeeze(1);
            if (members.size(0) > 0)
                centres[k].copy_(points.index_select(0, members).mean(0));
        }
    }
    return centres;
}

/// Centres [K, D] of points [N, D], within each class.
torch::Tensor centresOf(const torch::Tensor& points, const torch::Tensor& labels, std::int64_t perCentre)
{
    const auto classes = labels.max().item<std::int64_t>() + 1;
    std::vector<torch::Tensor> centres;
    for (std::int64_t c = 0; c < classes; ++c) {
        const auto members = (labels == c).nonzero().squeeze(1);
        if (members.size(0) > 0)
            centres.push_back(cluster(points.index_select(0, members), perCentre));
    }
    return torch::cat(centres).contiguous();
}

} // namespace

OutlierModel OutlierModel::readFrom(const Safetensors& file)
{
    OutlierModel model;
    if (const auto* projection = file.find(outlierProjection)) {
        model.projection = toTensor(*projection);
        model.offset = toTensor(*file.find(outlierOffset));
        model.centres = toTensor(*file.find(outlierCentres));
    }
    return model;
}

OutlierModel fitOutliers(const torch::Tensor& features, const torch::Tensor& labels)
{
    torch::NoGradGuard noGrad;
    const auto unit = unitLength(features.to(torch::kFloat64));
    const auto classes = labels.max().item<std::int64_t>() + 1;
    auto centred = unit.clone();
    for (std::int64_t c = 0; c < classes; ++c) {
        const auto members = (labels == c).nonzero().squeeze(1);
        if (members.size(0) > 0) {
            const auto rows = unit.index_select(0, members);
            centred.index_copy_(0, members, rows - rows.mean(0));
        }
    }
    const auto covariance = centred.t().mm(centred) / static_cast<double>(unit.size(0));
    const auto [values, vectors] = torch::linalg_eigh(covariance); // ascending
    const std::int64_t kept = std::min<std::int64_t>({directions, unit.size(1), unit.size(0)});
    const auto strongest = values.slice(0, values.size(0) - kept).clamp_min(1e-9);
    const auto projection = vectors.slice(1, vectors.size(1) - kept) / strongest.sqrt();
    const auto mean = unit.mean(0);

    OutlierModel model;
    model.projection = projection.to(torch::kFloat32).contiguous();
    model.offset = (-mean.matmul(projection)).to(torch::kFloat32).contiguous();
    const auto points = (unit.matmul(projection) - mean.matmul(projection)).to(torch::kFloat32);
    model.centres = centresOf(points, labels, imagesPerCentre);
    return model;
}

OutlierModel withCentres(const OutlierModel& model, const torch::Tensor& features,
                         const torch::Tensor& labels)
{
    torch::NoGradGuard noGrad;
    OutlierModel wider = model;
    const auto points = unitLength(features).matmul(model.projection) + model.offset;
    wider.centres = torch::cat({model.centres, centresOf(points, labels, imagesPerAddedCentre)}).contiguous();
    return wider;
}

torch::Tensor outlierScores(const torch::Tensor& features, const OutlierModel& model)
{
    torch::NoGradGuard noGrad;
    const auto points = unitLength(features).matmul(model.projection) + model.offset;
    // By differences, not by products of matrices: those lose digits, and how many depends on the batch.
    constexpr std::int64_t withoutProducts = 2;
    return torch::cdist(points, model.centres, 2, withoutProducts).amin(1);
}

} // namespace ir::nn
