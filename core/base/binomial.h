#pragma once

#include <cstdint>
#include <random>

namespace ir {

/// The number of successes in `trials` of probability `p` (0…1). Hörmann's transformed rejection (BTRS, J. Stat.
/// Comput. Simul. 46, 1993) where the mean is large, inversion else. The standard library's is several times
/// as slow, and its numbers differ from library to library, so that a seed would not name a result.
[[nodiscard]] std::uint64_t drawBinomial(std::uint64_t trials, double p, std::mt19937_64& random);

} // namespace ir
