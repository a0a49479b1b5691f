#include "samplewindow.h"

#include "browser/classsidebar.h"
#include "browser/keyoverlay.h"
#include "browser/noticebar.h"
#include "exporting/exportdialog.h"
#include "settings/settingsdialog.h"
#include "support/dialogs.h"

#include <QAccessible>
#include <QAction>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSpinBox>
#include <QSqlDatabase>
#include <QSqlQuery>

using namespace ir;
using namespace ir::ui;

namespace {

const QStringList kClasses{QStringLiteral("abdominal"), QStringLiteral("adult_chest"),
                           QStringLiteral("pediatric_chest"), QStringLiteral("spine"),
                           QStringLiteral("others")};

/// A database that another program holds for itself, until destroyed.
class HeldDatabase
{
public:
    explicit HeldDatabase(const QString& path)
        : m_database(QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("held")))
    {
        m_database.setDatabaseName(path);
        if (!m_database.open() || !m_database.exec(QStringLiteral("BEGIN EXCLUSIVE")).isActive())
            qFatal("cannot hold a database");
    }
    ~HeldDatabase()
    {
        m_database.close();
        m_database = QSqlDatabase();
        QSqlDatabase::removeDatabase(QStringLiteral("held"));
    }

private:
    QSqlDatabase m_database;
};

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

/// Drives the real window as a user does: keys, mouse, drags; offscreen.
class TestMainWindow : public QObject, test::SampleWindow
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { makeArchive(14, 200); }
    void init() { begin(); }
    void cleanup() { end(); }

    void fromArchiveToSortedFolders()
    {
        openArchive();

        // One by drag, three by key, the last one taken back.
        const QVector<FileId> files = readableFiles();
        QVERIFY(files.size() >= 6);
        const QString dragged = otherClass(files.at(0));
        dragToClass(files.at(0), dragged);
        QTRY_COMPARE(labelOf(files.at(0)), dragged);
        QHash<FileId, QString> decided{{files.at(0), dragged}};
        for (int i = 1; i <= 3; ++i) {
            const QString name = otherClass(files.at(i));
            grid()->setCurrentFile(files.at(i));
            QTest::keyClick(grid(), Qt::Key(Qt::Key_1 + int(kClasses.indexOf(name))));
            QCOMPARE(labelOf(files.at(i)), name); // in the same frame
            decided.insert(files.at(i), name);
        }
        QTest::keyClick(grid(), Qt::Key_U);
        QTRY_VERIFY(labelOf(files.at(3)).isEmpty());
        decided.remove(files.at(3));
        QTRY_VERIFY(find<QLabel>("statusMessage")->text().startsWith(QStringLiteral("Undid")));
        QCOMPARE(labels(), decided);

        filterByStateAndClass(decided);
        exportAll(decided);
        reopen(decided, files.at(2));
    }

    void acceptingConfirmsAndRedoBringsBack()
    {
        openArchive();
        const FileId file = readableFiles().constFirst();
        const QString predicted = model()->findFile(file)->predictedClass;
        grid()->setCurrentFile(file);
        QTest::keyClick(grid(), Qt::Key_Return);
        QCOMPARE(labelOf(file), predicted);
        QTRY_VERIFY(!find<QLabel>("statusMessage")->text().isEmpty());
        QVERIFY(model()->findFile(file)->isConfirmed());
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_VERIFY(labelOf(file).isEmpty());
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_COMPARE(labelOf(file), predicted);
        grid()->setCurrentFile(file);
        QTest::keyClick(grid(), Qt::Key_0);
        QCOMPARE(labelOf(file), QString());
    }

    void aSelectionOfManyIsLabelledAtOnce()
    {
        openArchive();
        QTest::keyClick(m_window.get(), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(grid(), Qt::Key_4);
        QCOMPARE(model()->rows().countOf(QStringLiteral("spine")), m_images);
        QTest::keyClick(grid(), Qt::Key_U);
        QTRY_COMPARE(labels().size(), 0);
    }

    void searchShowsWhatMatchesAndEscapeShowsAll()
    {
        openArchive();
        const int all = model()->rowCount();
        const QString name = QFileInfo(model()->fileAt(0).path).fileName();
        QTest::keyClick(m_window.get(), Qt::Key_F, Qt::ControlModifier);
        auto* search = find<QLineEdit>("searchField");
        QTRY_VERIFY(search->hasFocus());
        QTest::keyClicks(search, QStringLiteral("no such thing 1"));
        QTRY_COMPARE(model()->rowCount(), 0);
        QCOMPARE(labels().size(), 0); // "1" was text, not a class key
        QTRY_VERIFY(find<QPushButton>("emptyAction")->isVisible());
        QTest::keyClick(search, Qt::Key_Escape);
        QTRY_COMPARE(model()->rowCount(), all);
        QTest::keyClicks(search, name);
        QTRY_VERIFY(model()->rowCount() >= 1 && model()->rowCount() <= all);
        QTest::keyClick(search, Qt::Key_Return);
        QVERIFY(grid()->hasFocus());
    }

    void panelsFoldAndKeysAreListed()
    {
        openArchive();
        auto* left = m_window->findChild<QWidget*>(QStringLiteral("sidePanel"));
        auto* right = m_window->findChild<QWidget*>(QStringLiteral("detailsPanel"));
        QVERIFY(left->isVisible() && right->isVisible());
        QTest::keyClick(m_window.get(), Qt::Key_F7);
        QTest::keyClick(m_window.get(), Qt::Key_F8);
        QVERIFY(!left->isVisible() && !right->isVisible());
        QTest::keyClick(m_window.get(), Qt::Key_F7);
        QVERIFY(left->isVisible());

        QTest::keyClick(grid(), Qt::Key_F1);
        auto* overlay = m_window->findChild<KeyOverlay*>();
        QTRY_VERIFY(overlay->isVisible());
        QTest::keyClick(overlay, Qt::Key_Escape);
        QVERIFY(!overlay->isVisible());
        QVERIFY(grid()->hasFocus());
    }

    void thePatientIsHiddenUntilAskedFor()
    {
        openArchive();
        grid()->setCurrentFile(readableFiles().constFirst());
        auto* button = m_window->findChild<QAbstractButton*>(QStringLiteral("patientButton"));
        QTRY_VERIFY(button->isVisible());
        auto* patient = m_window->findChild<QWidget*>(QStringLiteral("patientSection"));
        QVERIFY(!patient->isVisible());
        button->click();
        QVERIFY(patient->isVisible());
        grid()->setCurrentFile(readableFiles().at(1));
        QTRY_VERIFY(!patient->isVisible());
    }

    void whatGoesWrongIsSaidOnceInTheBar()
    {
        m_window = std::make_unique<MainWindow>(*m_settings, nullptr, catalog());
        m_window->show();
        m_window->openFolder(m_work->filePath(QStringLiteral("gone")));
        auto* bar = m_window->findChild<NoticeBar*>();
        QTRY_VERIFY(bar->message().contains(QStringLiteral("gone")));
        QVERIFY(find<QPushButton>("openButton")->isVisible());

        // Its one action opens the dialog; the folder chosen there opens.
        Dialogs::setNextFolder(m_archive);
        QTest::mouseClick(find<QPushButton>("noticeAction"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(model()->rows().fileCount() > 0, longMs);
        QCOMPARE(bar->message(), QString());
        QCOMPARE(m_settings->recentFolders(), QStringList{QFileInfo(m_archive).canonicalFilePath()});
    }

    void openingAnswersAtOnceAlthoughTheCatalogIsHeld()
    {
        m_window = std::make_unique<MainWindow>(*m_settings, nullptr, catalog());
        m_window->show();
        {
            const HeldDatabase held(catalog());
            m_window->openFolder(m_archive);
            QVERIFY(m_window->windowTitle().startsWith(QStringLiteral("archive")));
            QVERIFY(m_window->findChild<QWidget*>(QStringLiteral("emptyState"))->isVisible());
            QVERIFY(!m_window->findChild<QAction*>(QStringLiteral("exportAction"))->isEnabled());
            QTest::qWait(100);
            QCOMPARE(model()->rowCount(), 0);
        }
        QTRY_COMPARE_WITH_TIMEOUT(model()->rows().classifiedCount(), m_images, longMs);
        QVERIFY(m_window->findChild<QAction*>(QStringLiteral("exportAction"))->isEnabled());
    }

    void aFolderAskedForWhileAnotherOpensIsTheOneThatOpens()
    {
        const QString empty = m_work->filePath(QStringLiteral("empty"));
        QVERIFY(QDir().mkpath(empty));
        m_window = std::make_unique<MainWindow>(*m_settings, nullptr, catalog());
        m_window->show();
        m_window->openFolder(m_archive);
        m_window->openFolder(empty);
        QTRY_COMPARE_WITH_TIMEOUT(m_settings->recentFolders(),
                                  QStringList{QFileInfo(empty).canonicalFilePath()}, longMs);
    }

    void whatIsBeingOpenedCanBeClosed()
    {
        m_window = std::make_unique<MainWindow>(*m_settings, nullptr, catalog());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get())); // else keys are no shortcuts
        {
            const HeldDatabase held(catalog());
            m_window->openFolder(m_archive);
            QTest::keyClick(m_window.get(), Qt::Key_W, Qt::ControlModifier);
            QVERIFY(find<QPushButton>("openButton")->isVisible());
        }
        QTRY_VERIFY(QFileInfo(catalog()).size() > 0); // it was opened behind, for nobody
        QTest::qWait(100);
        QVERIFY(find<QPushButton>("openButton")->isVisible());
        QCOMPARE(model()->rows().fileCount(), 0);
        QCOMPARE(m_settings->recentFolders(), QStringList());
    }

    void aDroppedFolderOpens()
    {
        m_window = std::make_unique<MainWindow>(*m_settings, nullptr, catalog());
        m_window->show();
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(m_archive)});
        QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(m_window.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(m_window.get(), &drop);
        QTRY_COMPARE_WITH_TIMEOUT(model()->rows().classifiedCount(), m_images, longMs);
    }

    void aSmallerThumbnailCacheHoldsAtOnce()
    {
        m_settings->setThumbnailCacheMiB(2048);
        m_window = std::make_unique<MainWindow>(*m_settings, nullptr, catalog());
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get())); // else keys are no shortcuts
        const QString folder = ThumbnailCache::defaultFolder() + QStringLiteral("/00");
        QVERIFY(QDir().mkpath(folder));
        QFile old(folder + QStringLiteral("/old.jpg"));
        QVERIFY(old.open(QIODevice::WriteOnly) && old.resize(100 << 20)); // takes no space
        old.close();
        QTest::keyClick(m_window.get(), Qt::Key_Comma, Qt::ControlModifier);
        auto* dialog = m_window->findChild<SettingsDialog*>();
        QVERIFY(dialog);
        dialog->findChild<QSpinBox*>(QStringLiteral("cacheSizeBox"))->setValue(64);
        QVERIFY(old.exists());
        QTest::mouseClick(dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok),
                          Qt::LeftButton);
        QTRY_VERIFY(!old.exists());
    }

    void whatCanBeFocusedHasAName()
    {
        openArchive();
        const QList<QWidget*> widgets = m_window->findChildren<QWidget*>();
        int checked = 0;
        for (QWidget* widget : widgets) {
            if (!widget->isVisible() || (widget->focusPolicy() & Qt::TabFocus) == 0
                || widget->focusProxy() || widget->objectName().startsWith(QStringLiteral("qt_")))
                continue;
            QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(widget);
            QVERIFY(accessible);
            QVERIFY2(!accessible->text(QAccessible::Name).isEmpty(),
                     qPrintable(QLatin1String(widget->metaObject()->className()) + u' '
                                + widget->objectName()));
            ++checked;
        }
        QVERIFY(checked > 8);
    }

private:
    [[nodiscard]] QString otherClass(FileId file) const
    {
        const qsizetype predicted = kClasses.indexOf(model()->findFile(file)->predictedClass);
        return kClasses.at((predicted + 1) % kClasses.size());
    }

    [[nodiscard]] QHash<FileId, QString> labels() const
    {
        QHash<FileId, QString> labels;
        for (int i = 0; i < model()->rows().fileCount(); ++i)
            if (const FileSummary& file = model()->rows().file(i); !file.label.isEmpty())
                labels.insert(file.id, file.label);
        return labels;
    }

    /// What a drag from the tile to the row in the side panel delivers.
    void dragToClass(FileId file, const QString& name)
    {
        grid()->setCurrentFile(file);
        auto* sidebar = m_window->findChild<ClassSidebar*>();
        const std::unique_ptr<QMimeData> data(
            model()->mimeData({model()->index(model()->rowOfFile(file))}));
        const QPoint place = sidebar->visualRect(sidebar->indexOfClass(name)).center();
        QDragEnterEvent enter(place, Qt::CopyAction, data.get(), Qt::LeftButton, {});
        QApplication::sendEvent(sidebar->viewport(), &enter);
        QVERIFY(enter.isAccepted());
        QDragMoveEvent over(sidebar->visualRect(sidebar->model()->index(0, 0)).center(),
                            Qt::CopyAction, data.get(), Qt::LeftButton, {});
        QApplication::sendEvent(sidebar->viewport(), &over);
        QVERIFY(!over.isAccepted()); // "All images" is no class
        QDragMoveEvent move(place, Qt::CopyAction, data.get(), Qt::LeftButton, {});
        QApplication::sendEvent(sidebar->viewport(), &move);
        QVERIFY(move.isAccepted());
        QDropEvent drop(place, Qt::CopyAction, data.get(), Qt::LeftButton, {});
        QApplication::sendEvent(sidebar->viewport(), &drop);
        QVERIFY(drop.isAccepted());
    }

    void clickClass(const QModelIndex& index)
    {
        auto* sidebar = m_window->findChild<ClassSidebar*>();
        QTest::mouseClick(sidebar->viewport(), Qt::LeftButton, {},
                          sidebar->visualRect(index).center());
    }

    void filterByStateAndClass(const QHash<FileId, QString>& decided)
    {
        auto* state = find<QComboBox>("stateBox");
        state->setFocus();
        QTest::keyClicks(state, QStringLiteral("Corr"));
        QTRY_COMPARE(model()->rowCount(), int(decided.size()));
        for (int row = 0; row < model()->rowCount(); ++row)
            QVERIFY(decided.contains(model()->fileAt(row).id));

        auto* sidebar = m_window->findChild<ClassSidebar*>();
        const QString name = *decided.cbegin();
        clickClass(sidebar->indexOfClass(name));
        QTRY_COMPARE(model()->rowCount(), model()->rows().countOf(name));
        QVERIFY(model()->rowCount() > 0);
        clickClass(sidebar->model()->index(0, 0)); // all images
        QTRY_COMPARE(model()->rowCount(), m_files);
    }

    void exportAll(const QHash<FileId, QString>& decided)
    {
        const QString destination = m_work->filePath(QStringLiteral("sorted"));
        QTest::keyClick(m_window.get(), Qt::Key_E, Qt::ControlModifier);
        auto* dialog = m_window->findChild<ExportDialog*>();
        QVERIFY(dialog);
        QTRY_VERIFY(dialog->isVisible());
        auto* field = dialog->findChild<QLineEdit*>(QStringLiteral("exportDestination"));
        field->clear();
        QTest::keyClicks(field, destination);
        auto* review = dialog->findChild<QComboBox*>(QStringLiteral("exportReview"));
        review->setCurrentIndex(review->findData(int(ExportChoice::AsClass)));
        auto* button = dialog->findChild<QPushButton*>(QStringLiteral("exportButton"));
        QTRY_VERIFY_WITH_TIMEOUT(button->isEnabled(), longMs);
        QVERIFY(!QFileInfo::exists(destination)); // a dry run so far
        QTest::mouseClick(button, Qt::LeftButton);
        auto* summary = dialog->findChild<QLabel*>(QStringLiteral("exportSummary"));
        QTRY_VERIFY_WITH_TIMEOUT(summary->text().contains(QStringLiteral("Done")), longMs);
        QTest::mouseClick(dialog->findChild<QPushButton*>(QStringLiteral("exportClose")),
                          Qt::LeftButton);

        QMultiHash<QString, QByteArray> exported;
        for (const QString& name : kClasses)
            for (const QFileInfo& file :
                 QDir(destination + u'/' + name).entryInfoList(QDir::Files))
                exported.insert(name, contentOf(file.filePath()));
        QCOMPARE(exported.size(), m_images);
        for (int i = 0; i < model()->rows().fileCount(); ++i) {
            const FileSummary& file = model()->rows().file(i);
            if (file.status != FileStatus::Ok)
                continue;
            const QString name = decided.value(file.id, file.predictedClass);
            QVERIFY2(exported.contains(name, contentOf(file.path)), qPrintable(file.path));
        }
        const QByteArray manifest = contentOf(destination + QStringLiteral("/manifest.csv"));
        QCOMPARE(manifest.count("corrected"), decided.size());
    }

    void reopen(const QHash<FileId, QString>& decided, FileId lastDecided)
    {
        QHash<QString, QString> byPath;
        for (auto it = decided.cbegin(); it != decided.cend(); ++it)
            byPath.insert(model()->findFile(it.key())->path, it.value());
        const QString lastPath = model()->findFile(lastDecided)->path;
        m_window->close();
        m_window.reset();
        openArchive();
        QHash<QString, QString> found;
        for (int i = 0; i < model()->rows().fileCount(); ++i)
            if (const FileSummary& file = model()->rows().file(i); !file.label.isEmpty())
                found.insert(file.path, file.label);
        QCOMPARE(found, byPath);

        // The history of undo is there too.
        QTest::keyClick(grid(), Qt::Key_U);
        byPath.remove(lastPath);
        QTRY_COMPARE(labels().size(), byPath.size());
        for (int i = 0; i < model()->rows().fileCount(); ++i)
            if (model()->rows().file(i).path == lastPath)
                QCOMPARE(model()->rows().file(i).label, QString());
    }
};

QTEST_MAIN(TestMainWindow)
#include "test_mainwindow.moc"
