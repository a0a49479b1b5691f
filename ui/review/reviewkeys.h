#pragma once

#include "browser/keyoverlay.h"

namespace ir::ui {

/// What the pages of annotation projects understand, for the sheet of keys.
[[nodiscard]] QVector<KeyOverlay::Group> labellingKeys();
[[nodiscard]] QVector<KeyOverlay::Group> sheetKeys();
[[nodiscard]] QVector<KeyOverlay::Group> adjudicationKeys();
[[nodiscard]] QVector<KeyOverlay::Group> agreementKeys();

} // namespace ir::ui
