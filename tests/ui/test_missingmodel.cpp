// A folder opens whatever has become of the model: images are shown and labelled by hand, and tagged once there is one.

#include "samplewindow.h"

#include "browser/classsidebar.h"
#include "browser/noticebar.h"
#include "exporting/exportdialog.h"
#include "nn/modelversions.h"
#include "settings/settingsdialog.h"

#include <QAction>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

using namespace ir;
using namespace ir::ui;

class TestMissingModel : public QObject, test::SampleWindow
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_DATA_HOME", m_home.filePath(QStringLiteral("data")).toLocal8Bit());
        makeArchive(10, 160);
    }
    void init() { begin(); }
    void cleanup() { end(); }

    void aFolderOpensWithoutAModel_data()
    {
        QTest::addColumn<QString>("what");
        for (const char* what : {"missing", "truncated", "adopted and gone"})
            QTest::newRow(what) << QString::fromUtf8(what);
    }

    void aFolderOpensWithoutAModel()
    {
        QFETCH(const QString, what);
        const QString file = breakModel(what);
        openUntagged(catalog());

        // It says what is wrong, with which file, and where to choose another.
        const QString message = find<QLabel>("noticeMessage")->text();
        QVERIFY2(message.startsWith(QStringLiteral("No model could be loaded")), qPrintable(message));
        QVERIFY2(message.contains(file), qPrintable(message));
        QCOMPARE(find<QPushButton>("noticeAction")->text(), QStringLiteral("Settings…"));
        QCOMPARE(find<QLabel>("statusEngine")->text(), QStringLiteral("no model"));
        QVERIFY(!m_settings->recentFolders().isEmpty());

        // Images are there, with their pictures, and untagged.
        QCOMPARE(readableFiles().size(), m_images);
        QCOMPARE(model()->rows().classifiedCount(), 0);
        const FileId first = readableFiles().constFirst();
        QTRY_VERIFY(hasThumbnail(first));

        // Labels by hand, their filter and their export.
        grid()->setCurrentFile(first);
        QTest::keyClick(grid(), Qt::Key_Return); // there is nothing to accept
        QCOMPARE(labelOf(first), QString());
        QTest::keyClick(grid(), Qt::Key_4);
        QCOMPARE(labelOf(first), QStringLiteral("spine"));
        QTRY_VERIFY(find<QLabel>("statusMessage")->text().contains(QStringLiteral("spine")));
        auto* state = find<QComboBox>("stateBox");
        state->setFocus();
        QTest::keyClicks(state, QStringLiteral("Corr"));
        QTRY_COMPARE(model()->rowCount(), 1);
        const QString sorted = m_work->filePath(QStringLiteral("sorted"));
        exportInto(sorted);
        QCOMPARE(QDir(sorted + QStringLiteral("/spine")).entryList(QDir::Files).size(), 1);
    }

    void aModelChosenInTheSettingsTagsAtOnce()
    {
        breakModel(QStringLiteral("truncated"));
        const QString installed = m_home.filePath(QStringLiteral("data/imaging-router/models/"));
        QVERIFY(QDir().mkpath(installed));
        QFile::copy(m_model, installed + QStringLiteral("own.safetensors"));
        openUntagged(catalog());
        const FileId first = readableFiles().constFirst();
        grid()->setCurrentFile(first);
        QTest::keyClick(grid(), Qt::Key_4);
        QTRY_VERIFY(!find<QLabel>("statusMessage")->text().isEmpty());

        find<QPushButton>("noticeAction")->click();
        auto* dialog = m_window->findChild<SettingsDialog*>();
        QVERIFY(dialog);
        auto* box = dialog->findChild<QComboBox*>(QStringLiteral("modelBox"));
        box->setCurrentIndex(box->findData(QStringLiteral("own")));
        dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok)->click();
        QTRY_COMPARE_WITH_TIMEOUT(model()->rows().classifiedCount(), m_images, longMs);
        QTRY_VERIFY_WITH_TIMEOUT(!find<QAbstractButton>("pauseButton")->isVisible(), longMs);
        for (const FileId file : readableFiles())
            QVERIFY(!model()->findFile(file)->predictedClass.isEmpty());
        QCOMPARE(labelOf(first), QStringLiteral("spine"));
        QCOMPARE(m_window->findChild<NoticeBar*>()->message(), QString());
    }

    void aModelRestoredFromTheMenuTagsAtOnce()
    {
        breakModel(QStringLiteral("adopted and gone"));
        openUntagged(catalog());
        auto* restore = find<QAction>("restoreShippedAction");
        QVERIFY(restore->isEnabled());
        restore->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(model()->rows().classifiedCount(), m_images, longMs);
    }

    void whatWasTaggedStaysSoWithItsClasses()
    {
        std::vector<std::string> classes = defaultClasses();
        classes.insert(classes.end(), {"hand", "knee"});
        test::RandomModel own(3, false, classes);
        m_settings->setModel(QString::fromStdString(
            own.writeTo(m_work->filePath(QStringLiteral("own.safetensors"))).string()));
        openArchive();
        QHash<FileId, QString> tags;
        for (const FileId file : readableFiles())
            tags.insert(file, model()->findFile(file)->predictedClass);
        m_window.reset();

        QVERIFY(QFile::remove(m_settings->model()));
        openArchive();
        for (const FileId file : readableFiles())
            QCOMPARE(model()->findFile(file)->predictedClass, tags.value(file));
        QVERIFY(find<QLabel>("noticeMessage")->text().contains(QStringLiteral("own.safetensors")));
        QVERIFY(m_window->findChild<ClassSidebar*>()->indexOfClass(QStringLiteral("knee")).isValid());
        grid()->setCurrentFile(readableFiles().constFirst());
        QTest::keyClick(grid(), Qt::Key_7);
        QCOMPARE(labelOf(readableFiles().constFirst()), QStringLiteral("knee"));
    }

private:
    /// Settings with a model that cannot be loaded; what the window must name.
    QString breakModel(const QString& what)
    {
        if (what == QLatin1String("adopted and gone")) {
            const auto version = adoptModel(m_model.toStdString());
            if (!version || !std::filesystem::remove(version->path))
                qFatal("cannot adopt a model");
            m_settings->setModel(QString());
            return QString::fromStdString(version->path.filename().string());
        }
        const QString path = m_work->filePath(QStringLiteral("broken.safetensors"));
        if (what == QLatin1String("truncated") &&
            (!QFile::copy(m_model, path) || !QFile::resize(path, QFileInfo(path).size() / 2)))
            qFatal("cannot cut a model short");
        m_settings->setModel(path);
        return path;
    }

    void exportInto(const QString& destination)
    {
        find<QAction>("exportAction")->trigger();
        auto* dialog = m_window->findChild<ExportDialog*>();
        QVERIFY(dialog);
        dialog->findChild<QLineEdit*>(QStringLiteral("exportDestination"))->setText(destination);
        auto* button = dialog->findChild<QPushButton*>(QStringLiteral("exportButton"));
        QTRY_VERIFY_WITH_TIMEOUT(button->isEnabled(), longMs);
        button->click();
        auto* summary = dialog->findChild<QLabel*>(QStringLiteral("exportSummary"));
        QTRY_VERIFY_WITH_TIMEOUT(summary->text().contains(QStringLiteral("Done")), longMs);
        dialog->findChild<QPushButton*>(QStringLiteral("exportClose"))->click();
    }
};

QTEST_MAIN(TestMissingModel)
#include "test_missingmodel.moc"
