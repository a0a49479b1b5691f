#pragma once

namespace ir::nn {

/// What follows a BatchNorm.
enum class Activation { None, Relu, Relu6, Silu };

} // namespace ir::nn
