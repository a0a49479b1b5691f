#pragma once

#include "style/palette.h"

#include <QHash>
#include <QString>
#include <QStringList>
#include <QVector>

namespace ir::ui {

/// How one class of a model is shown: never by colour alone, always with its letter.
struct ClassStyle
{
    QString name;    ///< as in the catalog and manifests: "adult_chest"
    QString display; ///< for people: "adult chest"
    QString letter;  ///< one capital, unique within the list
    int key = 0;     ///< 1–9: the key that sets it; 0: none (Shift and its letter does, as for all)
    QColor dark;
    QColor light;

    /// What to press, for people: "3", "Shift+H"; empty: nothing.
    [[nodiscard]] QString keyText() const;
    [[nodiscard]] QColor color(Scheme scheme) const { return scheme == Scheme::Dark ? dark : light; }
    [[nodiscard]] QColor color() const { return color(currentScheme()); }
};

/// Presentation of a model's class list. The paper's five classes have fixed letters and colours; classes of
/// other lists take free letters and further hues of the same lightness, in order.
class ClassStyles
{
public:
    ClassStyles() = default;
    explicit ClassStyles(const QStringList& names);

    [[nodiscard]] const QVector<ClassStyle>& all() const { return m_styles; }
    /// Name of the class with this letter; empty: none.
    [[nodiscard]] QString ofLetter(const QString& letter) const;
    [[nodiscard]] bool contains(const QString& name) const { return m_rows.contains(name); }
    /// The style of a class; of a class that is not in the list (a label made with another model): its name,
    /// its first letter, no key, grey.
    [[nodiscard]] ClassStyle of(const QString& name) const;

private:
    QVector<ClassStyle> m_styles;
    QHash<QString, int> m_rows;
};

/// "adult_chest" → "adult chest".
[[nodiscard]] QString displayClassName(const QString& name);

} // namespace ir::ui
