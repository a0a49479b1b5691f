#pragma once

// Private to core/nn. What oneDNN, which computes the convolutions on a CPU, can use of this
// processor.

#include <dnnl.hpp>

namespace ir::nn {

/// Whether it uses these vector instructions (and all that they build on).
inline bool oneDnnUses(dnnl::cpu_isa instructions)
{
    const auto bits = static_cast<unsigned>(instructions);
    return (static_cast<unsigned>(dnnl::get_effective_cpu_isa()) & bits) == bits;
}

} // namespace ir::nn
