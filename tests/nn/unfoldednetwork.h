#pragma once

#include "image/grayimage.h"

#include <filesystem>
#include <vector>

namespace ir::test {

/// Calibrated probabilities from the network as it is trained: three equal channels, BatchNorm apart,
/// LibTorch's plain memory order.
std::vector<double> unfoldedProbabilities(const std::filesystem::path& weights, const GrayImage& image);

} // namespace ir::test
