#pragma once

#include "style/palette.h"

#include <QDBusVariant>
#include <QObject>

namespace ir::ui {

enum class ThemeChoice { System, Dark, Light };

/// The look of the whole program: scheme, QPalette, fonts and the one style sheet (resources/style). Makes
/// the desktop's dark or light choice its own and follows it while the program runs; a desktop that has no
/// opinion gets dark. One object, made after the QApplication; lives in the GUI thread.
class Theme : public QObject
{
    Q_OBJECT

public:
    explicit Theme(ThemeChoice choice, QObject* parent = nullptr);

    void setChoice(ThemeChoice choice);
    [[nodiscard]] ThemeChoice choice() const { return m_choice; }

private Q_SLOTS:
    void portalSettingChanged(const QString& group, const QString& key,
                              const QDBusVariant& value);

private:
    void apply();

    ThemeChoice m_choice;
    Scheme m_systemScheme = Scheme::Dark;
};

} // namespace ir::ui
