#include "review/adjudicationdesk.h"

#include <QtTest>

using namespace ir;

/// What readers and adjudicators do at their desks, as events of a project.
class TestDesks : public QObject
{
    Q_OBJECT

    std::unique_ptr<ReviewProject> m_project;
    std::int64_t m_now = 0;

    ReadingDesk deskOf(const std::string& reader, int round)
    {
        return {*m_project, [this](const ReviewEvent& event) { return m_project->apply(event); },
                [this] { return ++m_now; }, reader, round};
    }
    AdjudicationDesk adjudicator(const std::string& name)
    {
        return {*m_project, [this](const ReviewEvent& event) { return m_project->apply(event); },
                [this] { return ++m_now; }, name};
    }
    void readAll(const std::string& reader, int round, const std::string& label)
    {
        ReadingDesk desk = deskOf(reader, round);
        QVERIFY(desk.advance());
        while (desk.current()) {
            QVERIFY(desk.label(*desk.current(), label, 1));
            QVERIFY(desk.advance());
        }
    }

private Q_SLOTS:
    void init()
    {
        ReviewPlan plan;
        plan.name = "spines";
        plan.classes = {"spine", "others"};
        plan.readers = {"Ann", "Bob"};
        plan.adjudicators = {"Cleo", "Bob"};
        for (int i = 1; i <= 6; ++i)
            plan.images.push_back({i, 0, "20240101"});
        m_project = std::make_unique<ReviewProject>(ReviewProject::create(plan).value());
    }

    void undoGoesBackAcrossImagesAndARestart()
    {
        ReadingDesk desk = deskOf("Ann", 1);
        QVERIFY(!desk.undoable());
        QVERIFY(!desk.undo());
        QVERIFY(desk.advance());
        const auto first = *desk.current();
        QVERIFY(desk.label(first, "spine", 1));
        QVERIFY(desk.advance());
        const auto second = *desk.current();
        QVERIFY(second != first);
        QVERIFY(desk.skip(second, 1));
        QVERIFY(desk.advance());
        const auto third = *desk.current();
        QVERIFY(desk.unsure(third, 1));

        ReadingDesk again = deskOf("Ann", 1); // the program was closed
        QVERIFY(again.advance());
        const auto fourth = *again.current();
        QVERIFY(again.undoable()->act == ReviewAct::Unsure);
        QVERIFY(again.undo());
        QCOMPARE(*again.current(), third);
        QVERIFY(again.undo());
        QCOMPARE(*again.current(), second);
        QCOMPARE(again.undoable()->label, std::string("spine"));
        QVERIFY(again.undo());
        QCOMPARE(*again.current(), first);
        QVERIFY(!again.undoable());
        // Forward again in the order in which one went back.
        QCOMPARE(again.ahead(4), (std::vector<std::int64_t>{first, second, third, fourth}));
        for (const auto image : {first, second, third, fourth}) {
            QCOMPARE(*again.current(), image);
            QVERIFY(again.label(image, "others", 1));
            QVERIFY(again.advance());
        }
        QCOMPARE(m_project->progress().done[0], std::size_t(4));
    }

    void anImageLostToAnotherReaderIsLeft()
    {
        ReadingDesk desk = deskOf("Ann", 1);
        QVERIFY(desk.advance());
        const auto image = *desk.current();
        // As after a failed write: the log has it as Bob's.
        QVERIFY(desk.skip(image, 0));
        ReviewEvent event;
        event.reader = "Bob";
        event.image = image;
        QVERIFY(m_project->apply(event));
        QVERIFY(desk.advance());
        QVERIFY(*desk.current() != image);
    }

    void aSheetTakesWhatThereIs()
    {
        ReadingDesk desk = deskOf("Ann", 1);
        QVERIFY(desk.advance());
        const auto sheet = desk.takeSheet(24).value();
        QCOMPARE(sheet.size(), std::size_t(6));
        QCOMPARE(sheet.front(), *desk.current());
        ReadingDesk bob = deskOf("Bob", 1);
        QVERIFY(bob.advance());
        QVERIFY(!bob.current());
        QCOMPARE(desk.takeSheet(2, [](std::int64_t image) { return image > 3; }).value().size(),
                 std::size_t(2));
        QVERIFY(desk.takeSheet(2, [](std::int64_t) { return false; }).value().empty());
        for (const auto image : sheet)
            QVERIFY(desk.label(image, "spine", 1));
        QVERIFY(desk.advance());
        QVERIFY(!desk.current());
    }

    void onlyOthersConflictsAreOffered()
    {
        readAll("Ann", 1, "spine");
        readAll("Bob", 2, "others");
        QCOMPARE(m_project->conflicts().size(), std::size_t(6));
        QVERIFY(adjudicator("Bob").open().empty()); // is one of their readers
        QVERIFY(adjudicator("Ann").open().empty()); // does not adjudicate
        AdjudicationDesk desk = adjudicator("Cleo");
        desk.advance();
        QCOMPARE(desk.open().size(), std::size_t(6));
        const auto first = *desk.current();
        QCOMPARE(first.readers, (std::array<std::string, 2>{"Ann", "Bob"}));
        desk.step(-1);
        QCOMPARE(desk.current()->image, desk.open().back().image);
        desk.step(1);
        QCOMPARE(desk.current()->image, first.image);
        QVERIFY(desk.comment("rotated"));
        QVERIFY(desk.decide("spine", 3));
        QVERIFY(!desk.current());
        desk.advance();
        QVERIFY(desk.current()->image != first.image);
        QVERIFY(desk.decide("spine", 3));

        QVERIFY(desk.back());
        QVERIFY(desk.back());
        QCOMPARE(desk.current()->image, first.image);
        QVERIFY(!desk.back());
        QVERIFY(desk.decide("others", 1));
        QCOMPARE(m_project->finalLabel(first.image).label, std::string("others"));
        QCOMPARE(m_project->conflicts().size(), std::size_t(4));
        const auto remarks = remarksOn(*m_project, first.image);
        QCOMPARE(remarks.size(), std::size_t(1));
        QCOMPARE(remarks[0].comment, std::string("rotated"));
    }

    void readersSeeAllLabelsOnlyWhenAllIsRead()
    {
        QVERIFY(!maySeeAllLabels(*m_project, "Ann"));
        QVERIFY(!maySeeAllLabels(*m_project, "Bob")); // adjudicates too, but reads
        QVERIFY(maySeeAllLabels(*m_project, "Cleo"));
        QVERIFY(historyFor("Ann", *m_project, 3).empty());
        readAll("Ann", 1, "spine");
        QVERIFY(!maySeeAllLabels(*m_project, "Ann"));
        QCOMPARE(historyFor("Ann", *m_project, 3).size(), std::size_t(1)); // her own
        QVERIFY(historyFor("Bob", *m_project, 3).empty());
        readAll("Bob", 2, "spine");
        QCOMPARE(historyFor("Bob", *m_project, 3).size(), std::size_t(2));
        QVERIFY(maySeeAllLabels(*m_project, "Ann"));
    }
};

QTEST_APPLESS_MAIN(TestDesks)
#include "test_desks.moc"
