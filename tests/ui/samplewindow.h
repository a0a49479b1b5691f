#pragma once

// Needs ir_ui, ir_nn and ir_dicom.

#include "browser/imagegridview.h"
#include "browser/imagelistmodel.h"
#include "browser/mainwindow.h"
#include "browser/thumbnailprovider.h"
#include "dicom/dicomlibrary.h"
#include "sample/samplearchive.h"
#include "settings/settings.h"
#include "support/randommodel.h"

#include <QAbstractButton>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

namespace ir::test {

/// The program's window over a small sample archive, tagged by a net of random numbers: what tests of the whole window
/// derive from, beside QObject. The archive is one for all tests of a program; settings and catalog are each test's own.
class SampleWindow
{
protected:
    static constexpr int longMs = 120'000; ///< for what a net has to do

    /// In initTestCase(): so many images of `side` pixels, and some files that cannot be read.
    void makeArchive(int count, int side)
    {
        QVERIFY(m_home.isValid());
        m_model = QString::fromStdString(
            RandomModel(7).writeTo(m_home.filePath(QStringLiteral("random.safetensors"))).string());
        m_archive = m_home.filePath(QStringLiteral("archive"));
        QVERIFY(QDir().mkpath(m_archive));
        SampleOptions options;
        options.count = count;
        options.size = side;
        const auto made = writeSampleArchive(m_archive.toStdString(), options);
        QVERIFY2(made.has_value(), made ? "" : made.error().message.c_str());
        m_images = made->images;
    }

    /// In init().
    void begin()
    {
        m_work = std::make_unique<QTemporaryDir>();
        m_settings = std::make_unique<ui::Settings>(m_work->filePath(QStringLiteral("settings.ini")));
        m_settings->setModel(m_model);
        m_settings->setReaderName(QStringLiteral("maria"));
        m_settings->setDevice(QStringLiteral("cpu"));
        m_settings->setAdvanceAfterLabel(false);
    }

    /// In cleanup().
    void end()
    {
        m_window.reset();
        m_settings.reset();
    }

    [[nodiscard]] QString catalog() const { return m_work->filePath(QStringLiteral("catalog.sqlite")); }

    template <typename T>
    [[nodiscard]] T* find(const char* name) const
    {
        T* found = m_window->findChild<T*>(QLatin1String(name));
        if (!found)
            qFatal("no %s in the window", name);
        return found;
    }
    [[nodiscard]] ui::ImageGridView* grid() const { return find<ui::ImageGridView>("grid"); }
    [[nodiscard]] ui::ImageListModel* model() const { return grid()->images(); }
    [[nodiscard]] QString labelOf(FileId file) const { return model()->findFile(file)->label; }

    [[nodiscard]] QVector<FileId> readableFiles() const
    {
        QVector<FileId> files;
        for (int row = 0; row < model()->rowCount(); ++row)
            if (model()->fileAt(row).status == FileStatus::Ok)
                files.append(model()->fileAt(row).id);
        return files;
    }

    /// Whether its picture is on its tile.
    [[nodiscard]] bool hasThumbnail(FileId id) const
    {
        const FileSummary& file = *model()->findFile(id);
        const auto* thumbnails = m_window->findChild<ui::ThumbnailProvider*>();
        return !thumbnails->find({file.path, file.size, file.mtimeNs}).image.isNull();
    }

    /// A window, and the archive in it, found and read to the last file.
    void openUntagged(const QString& catalogPath)
    {
        m_window = std::make_unique<ui::MainWindow>(*m_settings, nullptr, catalogPath);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get())); // else keys are no shortcuts
        m_window->openFolder(m_archive);
        QTRY_COMPARE_WITH_TIMEOUT(readableFiles().size(), m_images, longMs);
        QTRY_COMPARE_WITH_TIMEOUT(model()->rows().countOf(ui::RowState::Pending), 0, longMs);
        QTRY_VERIFY_WITH_TIMEOUT(!find<QAbstractButton>("pauseButton")->isVisible(), longMs);
        m_files = model()->rows().fileCount();
        QVERIFY(m_files > m_images);
        QTRY_COMPARE(model()->rowCount(), m_files);
        QCOMPARE(model()->rows().countOf(ui::RowState::Unreadable), m_files - m_images);
        grid()->setFocus();
    }

    /// The same, and tagged; in this test's catalog, or another.
    void openArchive(const QString& catalogPath = {})
    {
        openUntagged(catalogPath.isEmpty() ? catalog() : catalogPath);
        QCOMPARE(model()->rows().classifiedCount(), m_images);
    }

    DicomLibrary m_dicom;
    QTemporaryDir m_home;
    QString m_model;
    QString m_archive;
    int m_images = 0;
    int m_files = 0; ///< with the unreadable ones that are known as images
    std::unique_ptr<QTemporaryDir> m_work;
    std::unique_ptr<ui::Settings> m_settings;
    std::unique_ptr<ui::MainWindow> m_window;
};

} // namespace ir::test
