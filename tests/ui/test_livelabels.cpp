// What others label in the same catalog changes in the open window without being asked for.

#include "catalog/catalogplaces.h"
#include "samplewindow.h"

#include "browser/classsidebar.h"
#include "catalog/catalog.h"

#include <QLabel>

using namespace ir;
using namespace ir::ui;

class TestLiveLabels : public QObject, test::SampleWindow
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { test::CatalogPlaces::addDatabases(); }
    void initTestCase() { makeArchive(8, 160); }
    void init()
    {
        begin();
        IR_FRESH_PLACE(m_places, m_path);
    }
    void cleanup() { end(); }

    void theChipChangesUnasked()
    {
        openArchive(m_path);
        const FileId file = readableFiles().at(0);
        const FileId mine = readableFiles().at(1);
        grid()->setCurrentFile(mine);
        const ImageId image = model()->findFile(file)->imageId;
        const QString theirs = otherClass(file);
        const int counted = model()->rows().countOf(theirs);
        QTRY_VERIFY(hasThumbnail(file));
        const QImage before = tileOf(file);

        const auto other = Catalog::open(m_path).value();
        other->setLabel({image}, theirs, QStringLiteral("bob"));
        QTRY_COMPARE_WITH_TIMEOUT(labelOf(file), theirs, longMs);
        QCOMPARE(model()->rows().countOf(theirs), counted + 1);
        QVERIFY(tileOf(file) != before);
        QCOMPARE(grid()->currentFileId(), mine); // what one looks at stays

        // What they take back, and what this desk did meanwhile, each stands.
        QTest::keyClick(grid(), Qt::Key_4);
        other->undo(QStringLiteral("bob"));
        QTRY_COMPARE_WITH_TIMEOUT(labelOf(file), QString(), longMs);
        QCOMPARE(labelOf(mine), QStringLiteral("spine"));
        QCOMPARE(tileOf(file), before);
    }

    void theSidePanelOfTheImageTellsWhoDidIt()
    {
        openArchive(m_path);
        const FileId file = readableFiles().at(0);
        grid()->setCurrentFile(file);
        const auto isInPanel = [&](const QString& text) {
            const auto labels = find<QWidget>("detailsPanel")->findChildren<QLabel*>();
            return std::ranges::any_of(labels, [&](const QLabel* label) { return label->text().contains(text); });
        };
        QVERIFY(!isInPanel(QStringLiteral("bob")));
        const auto other = Catalog::open(m_path).value();
        other->setLabel({model()->findFile(file)->imageId}, otherClass(file), QStringLiteral("bob"));
        QTRY_VERIFY_WITH_TIMEOUT(isInPanel(QStringLiteral("bob")), longMs);
    }

private:
    [[nodiscard]] QString otherClass(FileId file) const
    {
        return model()->findFile(file)->predictedClass == QLatin1String("others") ? QStringLiteral("abdominal")
                                                                                  : QStringLiteral("others");
    }
    [[nodiscard]] QImage tileOf(FileId file) const
    {
        const QRect tile = grid()->visualRect(model()->index(model()->rowOfFile(file)));
        return grid()->viewport()->grab(tile).toImage();
    }

    test::CatalogPlaces m_places;
    QString m_path;
};

QTEST_MAIN(TestLiveLabels)
#include "test_livelabels.moc"
