#include "style/classstyle.h"

#include <QSet>

#include <array>
#include <cmath>

namespace ir::ui {

namespace {

struct Known
{
    const char* name;
    const char* letter;
    QRgb dark;
    QRgb light;
};

constexpr std::array<Known, 5> kKnown{{
    {"abdominal", "A", 0xFFE69F00, 0xFF8A5A00},
    {"adult_chest", "C", 0xFF56B4E9, 0xFF0E639C},
    {"pediatric_chest", "P", 0xFFCC79A7, 0xFF9A3A74},
    {"spine", "S", 0xFF2BB58A, 0xFF0A6B4F},
    {"others", "O", 0xFFA7AFB8, 0xFF555E67},
}};

// Dark scheme, light scheme.
constexpr std::array<std::array<QRgb, 2>, 7> kFurtherHues{{
    {0xFFD6C84A, 0xFF6B6100},
    {0xFFE8836B, 0xFFA33A22},
    {0xFFA5A3F2, 0xFF4E4AB8},
    {0xFF8CC152, 0xFF3F6B12},
    {0xFF4DC4C4, 0xFF0B6A6A},
    {0xFFD08BE0, 0xFF83329A},
    {0xFFC9A27A, 0xFF7A5326},
}};

/// A colour of a hue (degrees) as light as it must be to have a contrast against black (dark scheme) or white.
QColor withContrast(double hue, double saturation, Scheme scheme, double contrast)
{
    const QColor ground = scheme == Scheme::Dark ? QColor(Qt::black) : QColor(Qt::white);
    double low = 0;
    double high = 1;
    QColor result;
    for (int step = 0; step < 12; ++step) {
        const double lightness = (low + high) / 2;
        result = QColor::fromHslF(float(hue / 360), float(saturation), float(lightness)).toRgb();
        const bool enough = contrastRatio(result, ground) >= contrast;
        ((scheme == Scheme::Dark) == enough ? high : low) = lightness;
    }
    return result;
}

/// Past the list of hues: each round between the hues of the one before, alternately paler and fuller, so that
/// neighbours in the list are told apart. Letters do the rest: nobody tells thirty colours apart.
std::array<QColor, 2> generatedHue(std::size_t number)
{
    constexpr double goldenAngle = 137.508;
    const double hue = std::fmod(20 + goldenAngle * double(number), 360);
    const double saturation = number % 2 == 0 ? 0.75 : 0.4;
    return {withContrast(hue, saturation, Scheme::Dark, 9.5),
            withContrast(hue, saturation, Scheme::Light, 6.5)};
}

const Known* findKnown(const QString& name)
{
    for (const Known& known : kKnown)
        if (name == QLatin1String(known.name))
            return &known;
    return nullptr;
}

/// Initials of the words first, then any other letter or digit of the name, then any letter at all.
QString freeLetter(const QString& display, const QSet<QString>& taken)
{
    QString candidates;
    const QStringList words = display.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const QString& word : words)
        candidates += word.at(0);
    candidates += display + QStringLiteral("abcdefghijklmnopqrstuvwxyz0123456789");
    for (const QChar c : candidates) {
        const QString letter = QString(c.toUpper());
        if (c.isLetterOrNumber() && !taken.contains(letter))
            return letter;
    }
    return QStringLiteral("?");
}

} // namespace

QString displayClassName(const QString& name)
{
    QString display = name;
    return display.replace(QLatin1Char('_'), QLatin1Char(' ')).simplified();
}

QString ClassStyle::keyText() const
{
    if (key > 0)
        return QString::number(key);
    const bool isLetter = letter.size() == 1 && letter.at(0) >= u'A' && letter.at(0) <= u'Z';
    return isLetter ? QStringLiteral("Shift+") + letter : QString();
}

ClassStyles::ClassStyles(const QStringList& names)
{
    QSet<QString> taken;
    for (const QString& name : names)
        if (const Known* known = findKnown(name))
            taken.insert(QLatin1String(known->letter));
    std::size_t nextHue = 0;
    for (const QString& name : names) {
        ClassStyle style;
        style.name = name;
        style.display = displayClassName(name);
        style.key = m_styles.size() < 9 ? int(m_styles.size()) + 1 : 0;
        if (const Known* known = findKnown(name)) {
            style.letter = QLatin1String(known->letter);
            style.dark = QColor::fromRgb(known->dark);
            style.light = QColor::fromRgb(known->light);
        } else {
            style.letter = freeLetter(style.display, taken);
            taken.insert(style.letter);
            if (nextHue < kFurtherHues.size()) {
                style.dark = QColor::fromRgb(kFurtherHues.at(nextHue)[0]);
                style.light = QColor::fromRgb(kFurtherHues.at(nextHue)[1]);
            } else {
                const auto colors = generatedHue(nextHue - kFurtherHues.size());
                style.dark = colors[0];
                style.light = colors[1];
            }
            ++nextHue;
        }
        m_rows.insert(name, int(m_styles.size()));
        m_styles.append(style);
    }
}

QString ClassStyles::ofLetter(const QString& letter) const
{
    for (const ClassStyle& style : m_styles)
        if (style.letter == letter)
            return style.name;
    return {};
}

ClassStyle ClassStyles::of(const QString& name) const
{
    if (const auto row = m_rows.constFind(name); row != m_rows.cend())
        return m_styles.at(*row);
    ClassStyle style;
    style.name = name;
    style.display = displayClassName(name);
    style.letter = style.display.left(1).toUpper();
    style.dark = QColor::fromRgb(kKnown.back().dark);
    style.light = QColor::fromRgb(kKnown.back().light);
    return style;
}

} // namespace ir::ui
