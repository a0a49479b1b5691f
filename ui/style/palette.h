#pragma once

#include <QColor>

namespace ir::ui {

enum class Scheme { Dark, Light };

/// What a colour is for. Widgets and delegates ask for a role, never for a colour.
enum class Role {
    Canvas,   ///< behind images
    Chrome,   ///< panels, bars, menus
    Raised,   ///< fields, buttons, tiles' captions
    Line,     ///< separators and frames
    Text,
    DimText,
    Accent,   ///< selection, focus, the default action
    OnAccent, ///< text on Accent
    OnClass,  ///< text on a chip filled with a class's colour
    Review,   ///< the mark "needs review"
    Error,    ///< the mark "unreadable", and what went wrong
};

[[nodiscard]] QColor color(Role role, Scheme scheme);
/// In the scheme in use now (GUI thread). Widgets see changes as QEvent::PaletteChange.
[[nodiscard]] QColor color(Role role);

[[nodiscard]] Scheme currentScheme();
/// Only Theme calls this.
void setCurrentScheme(Scheme scheme);

/// Contrast ratio of two opaque colours, 1 to 21 (WCAG 2.1, "contrast ratio").
[[nodiscard]] double contrastRatio(const QColor& a, const QColor& b);

/// Sizes of type and space, in device-independent pixels.
inline constexpr int kSmallFont = 12;
inline constexpr int kBodyFont = 13;
inline constexpr int kTitleFont = 16;
inline constexpr int kRadius = 4;

} // namespace ir::ui
