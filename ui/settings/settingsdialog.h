#pragma once

#include "style/theme.h"

#include <QDialog>

#include <functional>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace ir::ui {

class Settings;

/// The program's settings. What changes takes effect when the dialog is accepted, the theme at once.
class SettingsDialog : public QDialog
{
    Q_OBJECT

public:
    /// `theme` may be nullptr (tests); `thumbnailFolder`: what "Delete thumbnails" empties.
    SettingsDialog(Settings& settings, Theme* theme, const QString& thumbnailFolder,
                   QWidget* parent = nullptr);

    void accept() override;
    void reject() override;

Q_SIGNALS:
    /// Model, device, threads or catalog place changed: the open archive is to be opened again.
    void engineChanged();
    /// Settings::thumbnailCacheMiB() is another now.
    void cacheSizeChanged();
    void purgeRequested();

private:
    void fillModels();
    [[nodiscard]] QWidget* buildThumbnails();

    Settings& m_settings;
    Theme* m_theme;
    QString m_thumbnailFolder;
    ThemeChoice m_themeBefore; ///< a command line may have chosen another than the settings
    QComboBox* m_themeBox;
    QComboBox* m_model;
    QComboBox* m_device;
    QSpinBox* m_threads;
    QComboBox* m_catalog;
    QLineEdit* m_server;
    QLineEdit* m_reader;
    QCheckBox* m_advance;
    QSpinBox* m_cacheSize;
    QPushButton* m_purge;
    QLabel* m_problem;
};

/// Version, libraries and licence.
void showAbout(QWidget* parent);

} // namespace ir::ui
