#pragma once

#include "sample/exposure.h"

namespace ir::sample {

/// Draws a label's letters (A–Z, 0–9, space, some marks) as coverage 0 … 1 onto a display plane.
void drawLabel(Radiograph& image, const Label& label);

} // namespace ir::sample
