#pragma once

#include <string_view>

namespace ir {

/// The outlier score of an image. From its pooled features f: u = f / |f|, z = u·projection + offset,
/// score = distance from z to the nearest of the stored centres. Tensors in a weights file:
inline constexpr std::string_view outlierProjection = "outlier.projection"; ///< [F, D]
inline constexpr std::string_view outlierOffset = "outlier.offset";         ///< [D]
inline constexpr std::string_view outlierCentres = "outlier.centres";       ///< [K, D]

} // namespace ir
