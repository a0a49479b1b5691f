#include "browser/classsidebar.h"
#include "browser/imagegridview.h"
#include "browser/imagelistmodel.h"
#include "browser/mainwindow.h"
#include "dicom/dicomlibrary.h"
#include "settings/settings.h"
#include "support/dicomfiles.h"
#include "support/randommodel.h"

#include <QDrag>
#include <QTemporaryDir>
#include <QtTest>

using namespace ir;
using namespace ir::ui;

namespace {

constexpr int kFiles = 6;
constexpr int kStepMs = 50;

} // namespace

/// Whole drags with the mouse, from the press to the release, through QDrag::exec(). The offscreen platform
/// answers exec() at once with IgnoreAction and looks at no mouse; "minimal" runs Qt's own loop for drags, as
/// platforms without a service of their own do.
class TestDrag : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_home.isValid());
        const QString model = QString::fromStdString(
            test::RandomModel(7).writeTo(m_home.filePath(QStringLiteral("random.safetensors"))).string());
        const QString archive = m_home.filePath(QStringLiteral("archive"));
        QVERIFY(QDir().mkpath(archive));
        for (std::uint32_t i = 0; i < kFiles; ++i)
            test::writeXray(archive + QStringLiteral("/IM%1").arg(i), i + 1);
        m_settings = std::make_unique<Settings>(m_home.filePath(QStringLiteral("settings.ini")));
        m_settings->setModel(model);
        m_settings->setDevice(QStringLiteral("cpu"));
        m_settings->setReaderName(QStringLiteral("maria"));
        m_window = std::make_unique<MainWindow>(*m_settings, nullptr,
                                                m_home.filePath(QStringLiteral("catalog.sqlite")));
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        m_window->openFolder(archive);
        m_grid = m_window->findChild<ImageGridView*>(QStringLiteral("grid"));
        m_sidebar = m_window->findChild<ClassSidebar*>();
        QVERIFY(m_grid && m_sidebar);
        QTRY_COMPARE_WITH_TIMEOUT(m_grid->images()->rows().classifiedCount(), kFiles, 60000);
        QTRY_COMPARE(m_grid->images()->rowCount(), kFiles);
    }

    void cleanupTestCase()
    {
        m_window.reset();
        m_settings.reset();
    }

    void aTileDroppedOnAClassIsLabelled()
    {
        const QString name = otherClassThanOf(0);
        dragRows({0}, placeOfClass(name), Qt::Key_unknown);
        QCOMPARE(labels(), QStringList({name, {}, {}, {}, {}, {}}));
        QTest::keyClick(m_grid, Qt::Key_U);
        QTRY_COMPARE(labels(), QStringList(kFiles));
    }

    void allSelectedTilesGoTogether()
    {
        const QString name = QStringLiteral("spine");
        dragRows({1, 2, 4}, placeOfClass(name), Qt::Key_unknown);
        QCOMPARE(labels(), QStringList({{}, name, name, {}, name, {}}));
        QTest::keyClick(m_grid, Qt::Key_U);
        QTRY_COMPARE(labels(), QStringList(kFiles));
    }

    void aDropWhereNoClassIsDoesNothing()
    {
        dragRows({3}, inWindow(m_sidebar->viewport(), m_sidebar->visualRect(m_sidebar->model()->index(0, 0)).center()),
                 Qt::Key_unknown);
        QCOMPARE(labels(), QStringList(kFiles));
    }

    void escapeEndsTheDrag()
    {
        dragRows({3}, placeOfClass(QStringLiteral("spine")), Qt::Key_Escape);
        QCOMPARE(labels(), QStringList(kFiles));
    }

private:
    [[nodiscard]] QPoint inWindow(const QWidget* widget, const QPoint& place) const
    {
        return widget->mapTo(m_window.get(), place);
    }
    [[nodiscard]] QPoint placeOfClass(const QString& name) const
    {
        return inWindow(m_sidebar->viewport(),
                        m_sidebar->visualRect(m_sidebar->indexOfClass(name)).center());
    }
    [[nodiscard]] QPoint placeOfRow(int row) const
    {
        return inWindow(m_grid->viewport(),
                        m_grid->visualRect(m_grid->images()->index(row)).center());
    }
    [[nodiscard]] QString otherClassThanOf(int row) const
    {
        const QString predicted = m_grid->images()->fileAt(row).predictedClass;
        return predicted == QLatin1String("spine") ? QStringLiteral("others") : QStringLiteral("spine");
    }
    [[nodiscard]] QStringList labels() const
    {
        QStringList labels;
        for (int row = 0; row < kFiles; ++row)
            labels << m_grid->images()->fileAt(row).label;
        return labels;
    }

    /// Selects the rows by clicks, drags the last one to `to` and lets go there, or presses a key before.
    void dragRows(const QVector<int>& rows, const QPoint& to, Qt::Key key)
    {
        QWindow* window = m_window->windowHandle();
        for (const int row : rows)
            QTest::mouseClick(window, Qt::LeftButton,
                              row == rows.first() ? Qt::NoModifier : Qt::ControlModifier, placeOfRow(row));
        QCOMPARE(m_grid->selectedCount(), int(rows.size()));

        const QPoint from = placeOfRow(rows.last());
        QTest::mousePress(window, Qt::LeftButton, {}, from);
        // What happens while QDrag::exec() has the thread.
        int step = 0;
        QTimer hand;
        hand.callOnTimeout([&] {
            constexpr int steps = 6;
            ++step;
            if (step < steps)
                QTest::mouseMove(window, from + (to - from) * step / steps);
            else if (step == steps)
                QTest::mouseMove(window, to);
            else if (step == steps + 1 && key != Qt::Key_unknown)
                QTest::keyClick(window, key);
            else if (step == steps + 2)
                QTest::mouseRelease(window, Qt::LeftButton, {}, to);
            else if (step > steps + 50)
                QDrag::cancel(); // stuck: let the test fail
        });
        hand.start(kStepMs);
        // The first move makes the view ready to drag, the second begins it: here, not in the timer's own slot,
        // which would not be called again before the drag had ended.
        for (const int distance : {2, 3})
            QTest::mouseMove(window, from + QPoint(distance * QApplication::startDragDistance(), 0));
        QTRY_VERIFY(step > 7); // where no drag began, too
    }

    DicomLibrary m_dicom;
    QTemporaryDir m_home;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<MainWindow> m_window;
    ImageGridView* m_grid = nullptr;
    ClassSidebar* m_sidebar = nullptr;
};

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "minimal:enable_fonts");
    QApplication app(argc, argv);
    TestDrag test;
    return QTest::qExec(&test, argc, argv);
}
#include "test_drag.moc"
