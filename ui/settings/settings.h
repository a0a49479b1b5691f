#pragma once

#include "browser/rowindex.h"
#include "style/theme.h"

#include <QByteArray>
#include <QSettings>
#include <QString>
#include <QStringList>
#include <QVariantMap>

namespace ir::ui {

enum class CatalogLocation { User, BesideArchive, Server };

/// What the user chose, remembered in one INI file in the user's configuration directory; holds no secrets
/// and nothing of patients but folder names. Each value has its type and default here and nowhere else.
class Settings
{
public:
    /// `path` empty: the user's file. Tests give their own.
    explicit Settings(const QString& path = {});

    [[nodiscard]] ThemeChoice theme() const;
    void setTheme(ThemeChoice theme);

    /// EngineOptions::device: "auto", "cpu" or "cuda".
    [[nodiscard]] QString device() const;
    void setDevice(const QString& device);
    [[nodiscard]] int threads() const; ///< 0: from the machine
    void setThreads(int threads);
    [[nodiscard]] QString model() const; ///< a name or path for ir::findModel
    void setModel(const QString& model);

    [[nodiscard]] CatalogLocation catalogLocation() const;
    void setCatalogLocation(CatalogLocation location);
    [[nodiscard]] QString catalogServer() const; ///< URL for Catalog::open, without a password
    void setCatalogServer(const QString& url);
    [[nodiscard]] QString readerName() const; ///< default: the login name
    void setReaderName(const QString& name);
    [[nodiscard]] bool advanceAfterLabel() const; ///< on to the next image after a class key or Enter
    void setAdvanceAfterLabel(bool advance);
    [[nodiscard]] int thumbnailCacheMiB() const;
    void setThumbnailCacheMiB(int mebibytes);

    [[nodiscard]] QStringList recentFolders() const; ///< latest first
    void addRecentFolder(const QString& folder);
    void removeRecentFolder(const QString& folder);

    [[nodiscard]] RowOrder order() const;
    void setOrder(const RowOrder& order);
    [[nodiscard]] int tileSize() const;
    void setTileSize(int side);
    [[nodiscard]] bool leftPanelShown() const;
    void setLeftPanelShown(bool shown);
    [[nodiscard]] bool rightPanelShown() const;
    void setRightPanelShown(bool shown);
    /// What was trained last, field by field: TrainChoices has the names.
    [[nodiscard]] QVariantMap training() const;
    void setTraining(const QVariantMap& choices);
    [[nodiscard]] QByteArray windowGeometry() const;
    void setWindowGeometry(const QByteArray& geometry);
    [[nodiscard]] QByteArray splitterState(const QString& name) const;
    void setSplitterState(const QString& name, const QByteArray& state);

    [[nodiscard]] QString exportFolder() const;
    void setExportFolder(const QString& folder);
    [[nodiscard]] QString exportPattern() const; ///< empty: the exporter's default
    void setExportPattern(const QString& pattern);

    /// False where the file cannot be written; what is set then lasts until the program ends.
    [[nodiscard]] bool isWritable() const;
    void sync() { m_store.sync(); }

private:
    mutable QSettings m_store;
};

} // namespace ir::ui
