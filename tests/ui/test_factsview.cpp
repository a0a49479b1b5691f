#include "browser/factsview.h"
#include "browser/factvalue.h"

#include "ui/summaries.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextLayout>
#include <QtTest>

using namespace ir;
using namespace ir::ui;

namespace {

// As long as UIDs may be (PS3.5, 9.1), and without anywhere to break.
const QString kUid = QStringLiteral("2.25.329800735698586629295641978511506172918273645546372819101");
const QString kFolder = QStringLiteral("/archive/a_folder_whose_name_is_much_longer_than_the_panel_is_wide");

FileDetails longFacts()
{
    FileDetails details;
    details.summary = test::tagged(1, kFolder + QStringLiteral("/image_with_a_long.name.dcm"),
                                   QStringLiteral("spine"), 0.9F);
    details.facts.sopInstanceUid = kUid.toStdString();
    details.facts.modality = "DX";
    details.digest = std::string(64, 'e');
    return details;
}

} // namespace

class TestFactsView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_view = std::make_unique<FactsView>();
        m_view->resize(260, 900);
        m_view->showDetails(longFacts(), ClassStyles({QStringLiteral("spine")}));
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    }
    void cleanup() { m_view.reset(); }

    void annotationIsListedUntilTheNextImage()
    {
        ReviewEvent event;
        event.reader = "Ann";
        event.act = ReviewAct::Label;
        event.label = "spine";
        event.round = 2;
        auto* section = m_view->findChild<QWidget*>(QStringLiteral("annotationSection"));
        QVERIFY(section->isHidden());
        m_view->showTraces({{QStringLiteral("Body parts"), {event}}}, ClassStyles({QStringLiteral("spine")}));
        QVERIFY(!section->isHidden());
        QCOMPARE(section->findChildren<FactValue*>().size(), 1);
        m_view->showDetails(longFacts(), ClassStyles({QStringLiteral("spine")})); // the same image
        QVERIFY(!section->isHidden());
        FileDetails other = longFacts();
        other.summary.id = 2;
        m_view->showDetails(other, ClassStyles({QStringLiteral("spine")}));
        QVERIFY(section->isHidden());
    }

    void whatIsCopiedIsTheExactValue()
    {
        for (const QString& exact : {kUid, kFolder, QString(64, u'e'), QStringLiteral("DX")}) {
            FactValue* value = find(exact);
            QVERIFY2(value, qPrintable(exact));
            QGuiApplication::clipboard()->clear();
            QTest::mouseDClick(value->viewport(), Qt::LeftButton, {}, QPoint(3, 3)); // takes the focus
            value->selectAll();
            QTest::keyClick(value, Qt::Key_C, Qt::ControlModifier);
            QCOMPARE(QGuiApplication::clipboard()->text(), exact);
        }
    }

    void longValuesAreWhollyVisible_data()
    {
        QTest::addColumn<int>("width");
        QTest::newRow("as it opens") << 260;
        QTest::newRow("narrow") << 190;
        QTest::newRow("wide") << 640;
    }
    void longValuesAreWhollyVisible()
    {
        QFETCH(int, width);
        m_view->resize(width, 900);
        int lines = 0;
        for (const QString& exact : {kUid, kFolder, QString(64, u'e')}) {
            const FactValue* value = find(exact);
            QVERIFY(value);
            QTRY_VERIFY(value->viewport()->height() >= value->document()->size().height());
            QVERIFY(m_view->rect().contains(value->geometry().translated(value->parentWidget()->pos())));
            const QTextLayout* layout = value->document()->firstBlock().layout();
            for (int i = 0; i < layout->lineCount(); ++i)
                QVERIFY(layout->lineAt(i).naturalTextWidth() <= value->viewport()->width());
            lines += layout->lineCount();
        }
        QVERIFY(width > 600 || lines > 3); // broken, not just short enough
    }

private:
    [[nodiscard]] FactValue* find(const QString& text) const
    {
        for (FactValue* value : m_view->findChildren<FactValue*>())
            if (value->isVisible() && value->toPlainText() == text)
                return value;
        return nullptr;
    }

    std::unique_ptr<FactsView> m_view;
};

QTEST_MAIN(TestFactsView)
#include "test_factsview.moc"
