#pragma once

#include "style/palette.h"

#include <QIcon>
#include <QString>

namespace ir::ui {

/// An icon of the program's own line set (resources/icons/<name>.svg), drawn in a role's colour of the
/// scheme in use when it is painted, so that a change of theme needs no new icons.
[[nodiscard]] QIcon icon(const QString& name, Role role = Role::Text);

/// Makes the compiled-in icons and style sheet known to this program; icon() and Theme do so.
void initResources();

} // namespace ir::ui
