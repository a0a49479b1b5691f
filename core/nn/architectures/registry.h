#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ir {

/// What is known of a network before any weights are loaded.
struct Architecture
{
    std::string name;       ///< as in weights files, e.g. "mobilenet_v1"
    std::string title;      ///< for people
    std::string paper;      ///< where it is described
    int minimumInput = 32;  ///< smallest sensible input side, pixels
    int defaultInput = 224; ///< side its authors trained it at
    int featureCount = 0;   ///< length of the pooled feature vector before the classifier
    /// On CPUs that multiply bfloat16 a training step is quicker in it. Not so where depthwise convolutions, SiLU and
    /// BatchNorm are most of the work: they lose (docs/TRAINING.md).
    bool trainsInBfloat16 = false;
};

[[nodiscard]] const std::vector<Architecture>& architectures();

/// nullptr: unknown.
[[nodiscard]] const Architecture* findArchitecture(std::string_view name);

/// A parameter or buffer of a network as its weights file must hold it.
struct TensorSpec
{
    std::string name;
    std::vector<std::int64_t> shape;
    bool trained = true; ///< false: a buffer (BatchNorm statistics), not counted as a parameter
};

/// The tensors of an architecture with so many classes, sorted by name; empty for an unknown name.
[[nodiscard]] std::vector<TensorSpec> tensorSpecs(std::string_view name, int classes);

/// Trained parameters of an architecture with so many classes.
[[nodiscard]] std::int64_t parameterCount(std::string_view name, int classes);

} // namespace ir
