#include "style/palette.h"

#include <array>
#include <cmath>

namespace ir::ui {

namespace {

struct Pair
{
    QRgb dark;
    QRgb light;
};

// In the order of Role.
constexpr std::array<Pair, 11> kColors{{
    {0xFF101214, 0xFFE9EBED}, // Canvas
    {0xFF1B1E22, 0xFFF7F8F9}, // Chrome
    {0xFF24282D, 0xFFFFFFFF}, // Raised
    {0xFF33383F, 0xFFCBD0D5}, // Line
    {0xFFE6E8EA, 0xFF1B1E22}, // Text
    {0xFF9AA3AD, 0xFF545C65}, // DimText
    {0xFF3D8BFD, 0xFF1F6FE5}, // Accent
    {0xFF0B0F14, 0xFFFFFFFF}, // OnAccent
    {0xFF101214, 0xFFFFFFFF}, // OnClass
    {0xFFE8B93C, 0xFF855B00}, // Review
    {0xFFF2777A, 0xFFB3261E}, // Error
}};

Scheme s_scheme = Scheme::Dark;

double linear(int channel)
{
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color)
{
    return 0.2126 * linear(color.red()) + 0.7152 * linear(color.green())
           + 0.0722 * linear(color.blue());
}

} // namespace

QColor color(Role role, Scheme scheme)
{
    const Pair& pair = kColors.at(static_cast<std::size_t>(role));
    return QColor::fromRgb(scheme == Scheme::Dark ? pair.dark : pair.light);
}

QColor color(Role role) { return color(role, s_scheme); }

Scheme currentScheme() { return s_scheme; }

void setCurrentScheme(Scheme scheme) { s_scheme = scheme; }

double contrastRatio(const QColor& a, const QColor& b)
{
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

} // namespace ir::ui
