#pragma once

#include "dicom/header.h"
#include "dicom/lookuptable.h"
#include "dicom/pixelmodule.h"

#include <optional>
#include <utility>

namespace ir {

/// A window and how it maps (PS3.3 C.11.2.1).
struct Window
{
    enum class Function { Linear, LinearExact, Sigmoid };
    double center = 0;
    double width = 1;
    Function function = Function::Linear;

    /// 0 (black) to 1.
    [[nodiscard]] double map(double value) const;
};

/// What a header says about showing a frame's values.
struct Presentation
{
    std::optional<LookupTable> modalityLut;
    double slope = 1;
    double intercept = 0;
    std::optional<LookupTable> voiLut; ///< goes before the window
    std::optional<Window> window;      ///< the first one that is valid
    bool inverted = false;
    std::optional<std::pair<int, int>> padding; ///< stored values, both ends inclusive
};

[[nodiscard]] Presentation presentationOf(const Header& header, const PixelModule& module);

} // namespace ir
