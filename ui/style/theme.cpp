#include "style/theme.h"

#include "style/icons.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QFile>
#include <QFont>
#include <QPalette>
#include <QStyleFactory>

namespace ir::ui {

namespace {

// The desktop's choice comes from the settings portal (org.freedesktop.portal.Settings, "color-scheme":
// 0 none, 1 dark, 2 light): Qt 6.4 has no interface for it.
constexpr auto kPortalService = "org.freedesktop.portal.Desktop";
constexpr auto kPortalPath = "/org/freedesktop/portal/desktop";
constexpr auto kPortalInterface = "org.freedesktop.portal.Settings";
constexpr auto kAppearance = "org.freedesktop.appearance";
constexpr auto kColorScheme = "color-scheme";
constexpr int kPortalTimeoutMs = 200;

Scheme schemeOf(const QVariant& value)
{
    return value.toUInt() == 2 ? Scheme::Light : Scheme::Dark;
}

QVariant unwrapped(QVariant value)
{
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    return value;
}

Scheme readSystemScheme()
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return Scheme::Dark;
    QDBusMessage call = QDBusMessage::createMethodCall(
        QLatin1String(kPortalService), QLatin1String(kPortalPath),
        QLatin1String(kPortalInterface), QStringLiteral("Read"));
    call << QString::fromLatin1(kAppearance) << QString::fromLatin1(kColorScheme);
    const QDBusMessage reply = bus.call(call, QDBus::Block, kPortalTimeoutMs);
    if (reply.type() != QDBusMessage::ReplyMessage || reply.arguments().isEmpty())
        return Scheme::Dark;
    return schemeOf(unwrapped(reply.arguments().constFirst()));
}

QPalette qtPalette()
{
    QPalette palette;
    const auto set = [&palette](QPalette::ColorRole target, Role role) {
        palette.setColor(target, color(role));
    };
    set(QPalette::Window, Role::Chrome);
    set(QPalette::WindowText, Role::Text);
    set(QPalette::Base, Role::Canvas);
    set(QPalette::AlternateBase, Role::Raised);
    set(QPalette::ToolTipBase, Role::Raised);
    set(QPalette::ToolTipText, Role::Text);
    set(QPalette::PlaceholderText, Role::DimText);
    set(QPalette::Text, Role::Text);
    set(QPalette::Button, Role::Raised);
    set(QPalette::ButtonText, Role::Text);
    set(QPalette::BrightText, Role::OnAccent);
    set(QPalette::Light, Role::Line);
    set(QPalette::Midlight, Role::Line);
    set(QPalette::Mid, Role::Line);
    set(QPalette::Dark, Role::Line);
    set(QPalette::Shadow, Role::Canvas);
    set(QPalette::Highlight, Role::Accent);
    set(QPalette::HighlightedText, Role::OnAccent);
    set(QPalette::Link, Role::Accent);
    set(QPalette::LinkVisited, Role::Accent);
    QColor disabled = color(Role::DimText);
    disabled.setAlphaF(0.6F);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, disabled);
    return palette;
}

QString styleSheet()
{
    QFile file(QStringLiteral(":/style/style.qss"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString sheet = QString::fromUtf8(file.readAll());
    const std::pair<const char*, Role> names[] = {
        {"@canvas", Role::Canvas},   {"@chrome", Role::Chrome},     {"@raised", Role::Raised},
        {"@line", Role::Line},       {"@text", Role::Text},         {"@dim", Role::DimText},
        {"@accent", Role::Accent},   {"@on-accent", Role::OnAccent}, {"@review", Role::Review},
        {"@error", Role::Error},
    };
    for (const auto& [name, role] : names)
        sheet.replace(QLatin1String(name), color(role).name());
    sheet.replace(QLatin1String("@scheme"), currentScheme() == Scheme::Dark
                                                ? QLatin1String("dark")
                                                : QLatin1String("light"));
    return sheet;
}

} // namespace

Theme::Theme(ThemeChoice choice, QObject* parent)
    : QObject(parent), m_choice(choice), m_systemScheme(readSystemScheme())
{
    initResources();
    QDBusConnection::sessionBus().connect(
        QLatin1String(kPortalService), QLatin1String(kPortalPath),
        QLatin1String(kPortalInterface), QStringLiteral("SettingChanged"), this,
        SLOT(portalSettingChanged(QString, QString, QDBusVariant)));
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    apply();
}

void Theme::setChoice(ThemeChoice choice)
{
    m_choice = choice;
    apply();
}

void Theme::portalSettingChanged(const QString& group, const QString& key,
                                 const QDBusVariant& value)
{
    if (group != QLatin1String(kAppearance) || key != QLatin1String(kColorScheme))
        return;
    m_systemScheme = schemeOf(unwrapped(value.variant()));
    apply();
}

void Theme::apply()
{
    setCurrentScheme(m_choice == ThemeChoice::System
                         ? m_systemScheme
                         : (m_choice == ThemeChoice::Dark ? Scheme::Dark : Scheme::Light));
    QFont font = QApplication::font();
    font.setPixelSize(kBodyFont);
    QApplication::setFont(font);
    QApplication::setPalette(qtPalette());
    qApp->setStyleSheet(styleSheet());
}

} // namespace ir::ui
