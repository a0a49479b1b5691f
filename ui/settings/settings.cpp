#include "settings/settings.h"

#include "nn/modelstore.h"

#include <QStandardPaths>

namespace ir::ui {

namespace {

constexpr int kRecentFolders = 8;

QString defaultPath()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation)
           + QStringLiteral("/imaging-router/settings.ini");
}

/// The stored number as one of an enum's values, 0 … last; anything else is the default.
template <typename Enum>
Enum enumValue(const QVariant& stored, Enum last, Enum fallback)
{
    bool ok = false;
    const int n = stored.toInt(&ok);
    return ok && n >= 0 && n <= static_cast<int>(last) ? static_cast<Enum>(n) : fallback;
}

int bounded(const QVariant& stored, int low, int high, int fallback)
{
    bool ok = false;
    const int n = stored.toInt(&ok);
    return ok ? qBound(low, n, high) : fallback;
}

} // namespace

Settings::Settings(const QString& path)
    : m_store(path.isEmpty() ? defaultPath() : path, QSettings::IniFormat)
{
    m_store.setFallbacksEnabled(false);
    m_store.setValue(QStringLiteral("version"), 1);
}

bool Settings::isWritable() const
{
    return m_store.isWritable() && m_store.status() == QSettings::NoError;
}

ThemeChoice Settings::theme() const
{
    return enumValue(m_store.value(QStringLiteral("look/theme")), ThemeChoice::Light,
                     ThemeChoice::System);
}
void Settings::setTheme(ThemeChoice theme)
{
    m_store.setValue(QStringLiteral("look/theme"), static_cast<int>(theme));
}

QString Settings::device() const
{
    const QString device = m_store.value(QStringLiteral("model/device")).toString();
    return device.isEmpty() ? QStringLiteral("auto") : device;
}
void Settings::setDevice(const QString& device)
{
    m_store.setValue(QStringLiteral("model/device"), device);
}

int Settings::threads() const
{
    return bounded(m_store.value(QStringLiteral("model/threads")), 0, 256, 0);
}
void Settings::setThreads(int threads)
{
    m_store.setValue(QStringLiteral("model/threads"), threads);
}

QString Settings::model() const
{
    const QString model = m_store.value(QStringLiteral("model/name")).toString();
    return model.isEmpty() ? QLatin1String(kCurrentModel) : model;
}
void Settings::setModel(const QString& model)
{
    m_store.setValue(QStringLiteral("model/name"), model);
}

CatalogLocation Settings::catalogLocation() const
{
    return enumValue(m_store.value(QStringLiteral("catalog/location")),
                     CatalogLocation::Server, CatalogLocation::User);
}
void Settings::setCatalogLocation(CatalogLocation location)
{
    m_store.setValue(QStringLiteral("catalog/location"), static_cast<int>(location));
}

QString Settings::catalogServer() const
{
    return m_store.value(QStringLiteral("catalog/server")).toString();
}
void Settings::setCatalogServer(const QString& url)
{
    m_store.setValue(QStringLiteral("catalog/server"), url.trimmed());
}

QString Settings::readerName() const
{
    const QString name = m_store.value(QStringLiteral("reader/name")).toString().trimmed();
    if (!name.isEmpty())
        return name;
    const QString login = qEnvironmentVariable("USER", qEnvironmentVariable("LOGNAME"));
    return login.isEmpty() ? QStringLiteral("reader") : login;
}
void Settings::setReaderName(const QString& name)
{
    m_store.setValue(QStringLiteral("reader/name"), name.trimmed());
}

bool Settings::advanceAfterLabel() const
{
    return m_store.value(QStringLiteral("reader/advance"), true).toBool();
}
void Settings::setAdvanceAfterLabel(bool advance)
{
    m_store.setValue(QStringLiteral("reader/advance"), advance);
}

int Settings::thumbnailCacheMiB() const
{
    return bounded(m_store.value(QStringLiteral("thumbnails/mebibytes")), 64, 1 << 20, 2048);
}
void Settings::setThumbnailCacheMiB(int mebibytes)
{
    m_store.setValue(QStringLiteral("thumbnails/mebibytes"), mebibytes);
}

QStringList Settings::recentFolders() const
{
    return m_store.value(QStringLiteral("recent/folders")).toStringList();
}
void Settings::addRecentFolder(const QString& folder)
{
    QStringList folders = recentFolders();
    folders.removeAll(folder);
    folders.prepend(folder);
    m_store.setValue(QStringLiteral("recent/folders"), QStringList(folders.mid(0, kRecentFolders)));
}
void Settings::removeRecentFolder(const QString& folder)
{
    QStringList folders = recentFolders();
    folders.removeAll(folder);
    m_store.setValue(QStringLiteral("recent/folders"), folders);
}

RowOrder Settings::order() const
{
    RowOrder order;
    order.sort = enumValue(m_store.value(QStringLiteral("grid/sort")), RowSort::Date, RowSort::Path);
    order.descending = m_store.value(QStringLiteral("grid/descending"), false).toBool();
    order.grouping = enumValue(m_store.value(QStringLiteral("grid/grouping")), RowGrouping::Folder,
                               RowGrouping::None);
    return order;
}
void Settings::setOrder(const RowOrder& order)
{
    m_store.setValue(QStringLiteral("grid/sort"), static_cast<int>(order.sort));
    m_store.setValue(QStringLiteral("grid/descending"), order.descending);
    m_store.setValue(QStringLiteral("grid/grouping"), static_cast<int>(order.grouping));
}

int Settings::tileSize() const
{
    return bounded(m_store.value(QStringLiteral("grid/tile")), 64, 1024, 160);
}
void Settings::setTileSize(int side) { m_store.setValue(QStringLiteral("grid/tile"), side); }

bool Settings::leftPanelShown() const
{
    return m_store.value(QStringLiteral("window/left"), true).toBool();
}
void Settings::setLeftPanelShown(bool shown)
{
    m_store.setValue(QStringLiteral("window/left"), shown);
}

bool Settings::rightPanelShown() const
{
    return m_store.value(QStringLiteral("window/right"), true).toBool();
}
void Settings::setRightPanelShown(bool shown)
{
    m_store.setValue(QStringLiteral("window/right"), shown);
}

QVariantMap Settings::training() const
{
    return m_store.value(QStringLiteral("training/last")).toMap();
}
void Settings::setTraining(const QVariantMap& choices)
{
    m_store.setValue(QStringLiteral("training/last"), choices);
}

QByteArray Settings::windowGeometry() const
{
    return m_store.value(QStringLiteral("window/geometry")).toByteArray();
}
void Settings::setWindowGeometry(const QByteArray& geometry)
{
    m_store.setValue(QStringLiteral("window/geometry"), geometry);
}

QByteArray Settings::splitterState(const QString& name) const
{
    return m_store.value(QStringLiteral("window/splitter_") + name).toByteArray();
}
void Settings::setSplitterState(const QString& name, const QByteArray& state)
{
    m_store.setValue(QStringLiteral("window/splitter_") + name, state);
}

QString Settings::exportFolder() const
{
    return m_store.value(QStringLiteral("export/folder")).toString();
}
void Settings::setExportFolder(const QString& folder)
{
    m_store.setValue(QStringLiteral("export/folder"), folder);
}

QString Settings::exportPattern() const
{
    return m_store.value(QStringLiteral("export/pattern")).toString();
}
void Settings::setExportPattern(const QString& pattern)
{
    m_store.setValue(QStringLiteral("export/pattern"), pattern);
}

} // namespace ir::ui
