#include "catalogbuilder.h"
#include "catalogplaces.h"

using namespace ir;
using namespace ir::test;

namespace {

const QString ann = QStringLiteral("Ann");
const QString ben = QStringLiteral("Ben");
const QString spine = QStringLiteral("spine");
const QString others = QStringLiteral("others");
const QString abdominal = QStringLiteral("abdominal");

} // namespace

class TestLabels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { CatalogPlaces::addDatabases(); }

    void init()
    {
        IR_FRESH_PLACE(m_places, m_path);
        open();
        m_images = fill(*m_catalog, 20);
        QCOMPARE(m_images.size(), 20);
    }

    void cleanup() { m_catalog.reset(); }

    void aLabelIsStoredAndTold()
    {
        IR_ANSWER(answer, m_catalog, setLabel(m_images.mid(0, 14), spine, ann));
        QCOMPARE(answer.labels().size(), 14);
        QCOMPARE(answer.labels().value(m_images[3]), spine);
        QCOMPARE(answer.message(), QStringLiteral("14 images → spine"));
        QCOMPARE(answer.undoState().undoText, QStringLiteral("14 images → spine"));
        QCOMPARE(answer.undoState().redoText, QString());
        QCOMPARE(label(3), spine);
        QCOMPARE(label(14), QString());
    }

    void whoAsksRightAfterLabellingMeansThoseLabelsToo()
    {
        for (int step = 0; step < 20; ++step) {
            const QString& wanted = step % 2 == 0 ? spine : others;
            m_catalog->setLabel(m_images, wanted, ann); // nobody waits for the answer
            const auto files = m_catalog->files({});
            QVERIFY(files);
            for (const FileSummary& file : *files)
                QCOMPARE(file.label, wanted);
        }
    }

    void unknownImagesAndEqualLabelsAreNoChange()
    {
        IR_ANSWER(first, m_catalog, setLabel({m_images[0]}, spine, ann));
        IR_ANSWER(answer, m_catalog, setLabel({m_images[0], 0, 99'999}, spine, ann));
        QCOMPARE(answer.labels(), (QHash<qint64, QString>{{m_images[0], spine}}));
        QCOMPARE(answer.message(), QString());
        QCOMPARE(history(0).size(), 1);
    }

    void theHistorySaysWhoDecidedWhatOnWhichPrediction()
    {
        IR_ANSWER(a, m_catalog, setLabel({m_images[1]}, spine, ann));
        IR_ANSWER(b, m_catalog, setLabel({m_images[1]}, others, ben));
        IR_ANSWER(c, m_catalog, setLabel({m_images[1]}, QString(), ben));
        IR_ANSWER(d, m_catalog, undo(ben));
        const auto events = history(1);
        QCOMPARE(events.size(), 4);
        QCOMPARE(events[0].reader, ann);
        QCOMPARE(events[0].label, spine);
        QCOMPARE(events[0].previousLabel, QString());
        QCOMPARE(events[0].predictedClass, QStringLiteral("adult_chest"));
        QCOMPARE(events[0].isUndo, false);
        QVERIFY(events[0].time.secsTo(QDateTime::currentDateTimeUtc()) < 60);
        QCOMPARE(events[1].reader, ben);
        QCOMPARE(events[1].previousLabel, spine);
        QCOMPARE(events[2].label, QString());
        QCOMPARE(events[3].label, others);
        QCOMPARE(events[3].isUndo, true);
    }

    void acceptConfirmsEachImagesOwnPrediction()
    {
        IR_ANSWER(answer, m_catalog, acceptPredictions(m_images.mid(0, 5), ann));
        QCOMPARE(answer.message(), QStringLiteral("5 images accepted"));
        for (int i = 0; i < 5; ++i) {
            QCOMPARE(label(i).toStdString(), defaultClasses()[static_cast<std::size_t>(i)]);
            QVERIFY(m_catalog->files(path(i))->first().isConfirmed());
        }
        IR_ANSWER(undone, m_catalog, undo(ann));
        QCOMPARE(undone.message(), QStringLiteral("Undid: 5 images accepted"));
        QCOMPARE(label(2), QString());
    }

    void acceptTakesTheModelThatWasOnTheScreen()
    {
        auto second = classified(path(0), "0", 3, modelB);
        QVERIFY(m_catalog->storeResults({second}));
        IR_ANSWER(answer, m_catalog, acceptPredictions({m_images[0]}, ann, modelA));
        QCOMPARE(label(0), abdominal);
        IR_ANSWER(latest, m_catalog, acceptPredictions({m_images[0]}, ann));
        QCOMPARE(label(0), spine);
        QCOMPARE(history(0).last().predictedClass, spine);
    }

    void undoAndRedoWalkTheReadersSteps()
    {
        IR_ANSWER(a, m_catalog, setLabel({m_images[0], m_images[1]}, spine, ann));
        IR_ANSWER(b, m_catalog, setLabel({m_images[1]}, others, ann));
        IR_ANSWER(c, m_catalog, undo(ann));
        QCOMPARE(label(1), spine);
        QCOMPARE(c.message(), QStringLiteral("Undid: 1 image → others"));
        QCOMPARE(c.undoState().undoText, QStringLiteral("2 images → spine"));
        QCOMPARE(c.undoState().redoText, QStringLiteral("1 image → others"));
        IR_ANSWER(d, m_catalog, undo(ann));
        QCOMPARE(label(0), QString());
        QCOMPARE(label(1), QString());
        IR_ANSWER(nothing, m_catalog, undo(ann));
        QVERIFY(nothing.labels().isEmpty());
        QCOMPARE(nothing.message(), QString());
        IR_ANSWER(e, m_catalog, redo(ann));
        QCOMPARE(label(0), spine);
        QCOMPARE(label(1), spine);
        IR_ANSWER(f, m_catalog, redo(ann));
        QCOMPARE(label(1), others);
        QCOMPARE(f.undoState().redoText, QString());
        IR_ANSWER(g, m_catalog, undo(ann));
        QCOMPARE(label(1), spine);
    }

    void aNewLabelAfterUndoEndsRedoForGood()
    {
        IR_ANSWER(a, m_catalog, setLabel({m_images[0]}, spine, ann));
        IR_ANSWER(b, m_catalog, setLabel({m_images[0]}, others, ann));
        IR_ANSWER(c, m_catalog, undo(ann));
        IR_ANSWER(d, m_catalog, setLabel({m_images[0]}, abdominal, ann));
        QCOMPARE(d.undoState().redoText, QString());
        IR_ANSWER(none, m_catalog, redo(ann));
        QVERIFY(none.labels().isEmpty());
        QCOMPARE(label(0), abdominal);
        IR_ANSWER(e, m_catalog, undo(ann));
        QCOMPARE(e.undoState().redoText, QStringLiteral("1 image → abdominal"));
        IR_ANSWER(f, m_catalog, undo(ann));
        QCOMPARE(label(0), QString());
        IR_ANSWER(g, m_catalog, redo(ann));
        IR_ANSWER(h, m_catalog, redo(ann));
        QCOMPARE(label(0), abdominal);
    }

    void undoIsTheReadersOwnAndSparesWhatOthersDecidedSince()
    {
        IR_ANSWER(a, m_catalog, setLabel({m_images[0], m_images[1]}, spine, ann));
        IR_ANSWER(b, m_catalog, setLabel({m_images[1]}, others, ben));
        IR_ANSWER(c, m_catalog, undo(ann));
        QCOMPARE(c.labels(), (QHash<qint64, QString>{{m_images[0], QString()}}));
        QCOMPARE(label(1), others);
        IR_ANSWER(d, m_catalog, undo(ann));
        QVERIFY(d.labels().isEmpty());
        IR_ANSWER(e, m_catalog, undo(ben));
        QCOMPARE(label(1), spine);
    }

    void labelsAndUndoSurviveARestart()
    {
        IR_ANSWER(a, m_catalog, setLabel({m_images[0]}, spine, ann));
        IR_ANSWER(b, m_catalog, setLabel({m_images[0]}, others, ann));
        IR_ANSWER(c, m_catalog, undo(ann));
        open();
        QCOMPARE(label(0), spine);
        QCOMPARE(m_catalog->undoState(ann)->undoText, QStringLiteral("1 image → spine"));
        QCOMPARE(m_catalog->undoState()->redoText, QStringLiteral("1 image → others"));
        QCOMPARE(m_catalog->undoState(ben)->undoText, QString());
        IR_ANSWER(d, m_catalog, redo(ann));
        QCOMPARE(label(0), others);
        open();
        IR_ANSWER(e, m_catalog, undo(ann));
        IR_ANSWER(f, m_catalog, undo(ann));
        QCOMPARE(label(0), QString());
    }

    void destructionCommitsWhatWasAskedFor()
    {
        for (const ImageId image : m_images)
            m_catalog->setLabel({image}, spine, ann);
        open();
        for (int i = 0; i < m_images.size(); ++i)
            QCOMPARE(label(i), spine);
    }

    void aChangedFileLosesTheLabelOfItsOldContentAndGetsItBack()
    {
        IR_ANSWER(a, m_catalog, setLabel({m_images[0]}, spine, ann));
        QVERIFY(m_catalog->registerFiles({scanned(path(0), 1, 2)}, {}));
        QCOMPARE(label(0), QString());
        QVERIFY(m_catalog->storeResults({classified(path(0), "0")}));
        QCOMPARE(label(0), spine);
    }

    void twoCatalogsOnOneFileSeeEachOther()
    {
        auto second = Catalog::open(m_catalog->path());
        QVERIFY(second);
        IR_ANSWER(a, m_catalog, setLabel({m_images[0]}, spine, ann));
        QCOMPARE(labelOf(**second, path(0)), spine);
        for (int i = 0; i < 50; ++i) {
            m_catalog->setLabel({m_images[1]}, i % 2 == 0 ? spine : others, ann);
            (*second)->setLabel({m_images[2]}, i % 2 == 0 ? spine : others, ben);
        }
        second->reset(); // closing both does what was asked for
        open();
        QCOMPARE(history(1).size(), 50);
        QCOMPARE(history(2).size(), 50);
    }

    void slotsCalledInTheWritersThreadMayAsk()
    {
        QString seen;
        connect(
            m_catalog.get(), &Catalog::labelsChanged, m_catalog.get(),
            [&] { seen = label(0) + m_catalog->undoState(ann)->undoText; }, Qt::DirectConnection);
        IR_ANSWER(a, m_catalog, setLabel({m_images[0]}, spine, ann));
        QCOMPARE(seen, QStringLiteral("spine1 image → spine"));
    }

private:
    void open()
    {
        m_catalog.reset();
        auto catalog = Catalog::open(m_path);
        QVERIFY2(catalog, catalog ? "" : catalog.error().message.c_str());
        m_catalog = std::move(*catalog);
    }
    static QString path(int i)
    {
        return QStringLiteral("/archive/%1.dcm").arg(i, 6, 10, QLatin1Char('0'));
    }
    QString label(int i) const { return labelOf(*m_catalog, path(i)); }
    QVector<LabelEvent> history(int i) const
    {
        return m_catalog->details(m_catalog->files(path(i))->first().id)->history;
    }

    CatalogPlaces m_places;
    QString m_path;
    std::unique_ptr<Catalog> m_catalog;
    QVector<ImageId> m_images;
};

QTEST_GUILESS_MAIN(TestLabels)
#include "test_labels.moc"
