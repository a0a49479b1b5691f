// From the browser's menu to a project, and from its log to the browser's side panel.

#include "annotationwindow.h"

#include "browser/imagegridview.h"
#include "browser/imagelistmodel.h"
#include "browser/mainwindow.h"
#include "review/reviewcontroller.h"
#include "support/dicomfiles.h"
#include "support/randommodel.h"

#include <QAction>
#include <QLineEdit>

using namespace ir;
using namespace ir::ui;
using test::child;

class TestReviewBrowser : public QObject, test::AnnotationWindow
{
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void fromTheMenuToTheSidePanel()
    {
        const QString archive = m_dir->filePath(QStringLiteral("films"));
        const QString path = m_dir->filePath(QStringLiteral("films.sqlite"));
        QVERIFY(QDir().mkpath(archive));
        for (int i = 0; i < 4; ++i)
            test::writeXray(archive + QStringLiteral("/%1.dcm").arg(i), std::uint32_t(i));
        test::RandomModel model(3, false, {"spine", "chest", "others"});
        m_settings->setModel(QString::fromStdString(
            model.writeTo(m_dir->filePath(QStringLiteral("own.safetensors"))).string()));
        m_settings->setDevice(QStringLiteral("cpu"));
        MainWindow browser(*m_settings, nullptr, path);
        browser.show();
        QVERIFY(QTest::qWaitForWindowActive(&browser));
        const auto action = [&](const char* name) { return browser.findChild<QAction*>(QLatin1String(name)); };
        QVERIFY(!action("reviewProjectsAction")->isEnabled());
        const auto openFilms = [&] {
            browser.openFolder(archive);
            auto* images = browser.findChild<ImageGridView*>(QStringLiteral("grid"))->images();
            QTRY_COMPARE_WITH_TIMEOUT(images->rows().classifiedCount(), 4, kLongMs);
        };
        IR_STEP(openFilms());

        action("newReviewAction")->trigger();
        const auto* controller = browser.findChild<ReviewController*>();
        QVERIFY(controller->window());
        const auto press = [&](const char* name) {
            auto* pressed = child<QPushButton>(controller->window(), name);
            QTRY_VERIFY_WITH_TIMEOUT(pressed->isEnabled(), kLongMs);
            pressed->click();
        };
        child<QLineEdit>(controller->window(), "setupName")->setText(QStringLiteral("Films"));
        child<QLineEdit>(controller->window(), "setupReaders")->setText(QStringLiteral("Ann, Bob"));
        IR_STEP(press("setupCreate"));
        auto* signIn = child<QPushButton>(controller->window(), "signInButton");
        QTRY_VERIFY_WITH_TIMEOUT(signIn->isVisible(), kLongMs);
        IR_STEP(press("signInButton"));
        IR_STEP(press("labelRound1"));
        auto* canvas = child<ImageCanvas>(controller->window(), "labellingCanvas");
        QTRY_VERIFY_WITH_TIMEOUT(canvas->isPainted(), kLongMs);
        const qint64 image = canvas->image();
        QTest::keyClick(controller->window()->findChild<LabellingPage*>(), Qt::Key_1);
        action("closeAction")->trigger(); // with what was just done still on its way to the disk
        QVERIFY(!controller->window());
        {
            const auto catalog = Catalog::open(path).value();
            const auto stored = catalog->openReview(catalog->reviews()->constFirst().id).value();
            QCOMPARE(stored.reading(image, 1).label, std::string("spine"));
        }

        IR_STEP(openFilms());
        auto* grid = browser.findChild<ImageGridView*>(QStringLiteral("grid"));
        for (int row = 0; row < 4; ++row)
            if (grid->images()->fileAt(row).imageId == image)
                grid->setCurrentFile(grid->images()->fileAt(row).id);
        auto* annotation = browser.findChild<QWidget*>(QStringLiteral("annotationSection"));
        QTRY_VERIFY_WITH_TIMEOUT(!annotation->isHidden(), kLongMs);
    }
};

QTEST_MAIN(TestReviewBrowser)
#include "test_reviewbrowser.moc"
