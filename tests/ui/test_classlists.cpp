// Everything in the window follows the class list of the model: a department's own, of 7 or of 22.

#include "browser/classsidebar.h"
#include "browser/imagegridview.h"
#include "browser/imagelistmodel.h"
#include "browser/mainmenu.h"
#include "browser/mainwindow.h"
#include "dicom/dicomlibrary.h"
#include "exporting/exportdialog.h"
#include "settings/settings.h"
#include "support/dicomfiles.h"

#include <QAction>
#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTemporaryDir>
#include <QtTest>

using namespace ir;
using namespace ir::ui;

namespace {

constexpr int kLongMs = 60'000;
constexpr int kImages = 4;

const std::vector<std::string> kBodyParts{
    "abdominal", "ankle",      "cervical_spine", "adult_chest", "clavicle", "elbow",        "foot", "forearm",
    "hand",      "hip",        "humerus",        "knee",        "leg",      "lumbar_spine", "pediatric_chest",
    "pelvis",    "ribs",       "scapula",        "shoulder",    "skull",    "wrist",        "others"};

} // namespace

class TestClassLists : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theWindowFollowsTheModel_data()
    {
        QTest::addColumn<int>("count");
        QTest::newRow("7") << 7;
        QTest::newRow("22") << 22;
    }

    void theWindowFollowsTheModel()
    {
        QFETCH(const int, count);
        const std::vector<std::string> classes(kBodyParts.begin(), kBodyParts.begin() + count);
        QTemporaryDir dir;
        test::RandomModel random(3, false, classes);
        Settings settings(dir.filePath(QStringLiteral("settings.ini")));
        settings.setModel(QString::fromStdString(
            random.writeTo(dir.filePath(QStringLiteral("own.safetensors"))).string()));
        settings.setDevice(QStringLiteral("cpu"));
        settings.setAdvanceAfterLabel(false);
        const QString archive = dir.filePath(QStringLiteral("archive"));
        QVERIFY(QDir().mkpath(archive));
        for (int i = 0; i < kImages; ++i)
            test::writeXray(archive + QStringLiteral("/%1.dcm").arg(i), std::uint32_t(i));

        MainWindow window(settings, nullptr, dir.filePath(QStringLiteral("catalog.sqlite")));
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        window.openFolder(archive);
        auto* grid = window.findChild<ImageGridView*>(QStringLiteral("grid"));
        ImageListModel* images = grid->images();
        QTRY_COMPARE_WITH_TIMEOUT(images->rows().classifiedCount(), kImages, kLongMs);

        // Letters and colours of their own.
        QSet<QString> letters;
        QSet<QRgb> dark;
        QSet<QRgb> light;
        for (const ClassStyle& style : images->classStyles().all()) {
            letters.insert(style.letter);
            dark.insert(style.dark.rgb());
            light.insert(style.light.rgb());
        }
        QCOMPARE(letters.size(), count);
        QCOMPARE(dark.size(), count);
        QCOMPARE(light.size(), count);

        // A row in the side panel and an entry in the menu for each.
        auto* sidebar = window.findChild<ClassSidebar*>();
        QStringList menu;
        for (const QAction* entry : window.findChild<MainMenu*>()->imageMenu()->actions())
            menu << entry->text();
        for (const ClassStyle& style : images->classStyles().all())
            QVERIFY2(menu.contains(style.display + u'\t' + style.keyText()), qPrintable(style.display));
        for (const std::string& name : classes)
            QVERIFY(sidebar->indexOfClass(QString::fromStdString(name)).isValid());

        // The key, where there is one; Shift and the letter for every class.
        grid->setFocus();
        grid->setCurrentFile(images->fileAt(0).id);
        QTest::keyClick(grid, Qt::Key_7);
        QCOMPARE(images->fileAt(0).label, QString::fromStdString(classes[6]));
        for (const ClassStyle& style : images->classStyles().all()) {
            if (style.letter.at(0) < u'A' || style.letter.at(0) > u'Z')
                continue;
            QTest::keyClick(grid, Qt::Key(style.letter.at(0).unicode()), Qt::ShiftModifier);
            QCOMPARE(images->fileAt(0).label, style.name);
        }
        QTest::keyClick(grid, Qt::Key_9);
        QCOMPARE(images->fileAt(0).label, count > 9 ? QString::fromStdString(classes[8])
                                                    : images->classStyles().all().constLast().name);

        exportInto(window, dir.filePath(QStringLiteral("sorted")));
        QSet<QString> folders;
        for (int row = 0; row < kImages; ++row)
            folders.insert(images->fileAt(row).finalClass());
        const QStringList made = QDir(dir.filePath(QStringLiteral("sorted")))
                                     .entryList(QDir::Dirs | QDir::NoDotAndDotDot);
        QCOMPARE(QSet<QString>(made.begin(), made.end()), folders);
    }

private:
    static void exportInto(MainWindow& window, const QString& destination)
    {
        window.findChild<QAction*>(QStringLiteral("exportAction"))->trigger();
        auto* dialog = window.findChild<ExportDialog*>();
        QVERIFY(dialog);
        dialog->findChild<QLineEdit*>(QStringLiteral("exportDestination"))->setText(destination);
        auto* review = dialog->findChild<QComboBox*>(QStringLiteral("exportReview"));
        review->setCurrentIndex(review->findData(int(ExportChoice::AsClass)));
        auto* button = dialog->findChild<QPushButton*>(QStringLiteral("exportButton"));
        QTRY_VERIFY_WITH_TIMEOUT(button->isEnabled(), kLongMs);
        button->click();
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(destination + QStringLiteral("/manifest.json")), kLongMs);
        auto* close = dialog->findChild<QPushButton*>(QStringLiteral("exportClose"));
        QTRY_COMPARE_WITH_TIMEOUT(close->text(), QStringLiteral("Close"), kLongMs);
        close->click();
    }

    DicomLibrary m_dicom;
};

QTEST_MAIN(TestClassLists)
#include "test_classlists.moc"
