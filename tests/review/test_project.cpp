#include "review/agreement.h"
#include "review/project.h"

#include <QtTest>

#include <random>

namespace {

using enum ir::ReviewAct;

ir::ReviewPlan planOf(int images, std::vector<std::string> readers = {"Ann", "Bob"})
{
    ir::ReviewPlan plan;
    plan.name = "spines";
    plan.classes = {"spine", "others"};
    plan.readers = std::move(readers);
    plan.adjudicators = {"Cleo"};
    for (int i = 1; i <= images; ++i)
        plan.images.push_back({i, 0.01 * (i % 7), "2020010" + std::to_string(1 + i % 9)});
    return plan;
}

ir::ReviewEvent act(const std::string& reader, ir::ReviewAct what, std::int64_t image,
                    int round = 1, const std::string& label = {})
{
    ir::ReviewEvent one;
    one.reader = reader;
    one.act = what;
    one.image = image;
    one.round = round;
    one.label = label;
    one.seconds = 2;
    return one;
}

std::string errorOf(ir::ReviewProject& project, const ir::ReviewEvent& one)
{
    const std::size_t before = project.log().size();
    const auto done = project.apply(one);
    if (done)
        return {};
    if (project.log().size() != before)
        return "refused, and logged all the same";
    return done.error().message;
}

void take(ir::ReviewProject& project, const std::string& reader, std::int64_t image, int round,
          const std::string& label)
{
    for (const auto& one :
         {act(reader, Take, image, round), act(reader, Label, image, round, label)})
        if (const auto done = project.apply(one); !done)
            qFatal("%s", done.error().message.c_str());
}

} // namespace

class TestProject : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void plansThatCannotWorkAreRefused()
    {
        QVERIFY(ir::ReviewProject::create(planOf(3)));
        const auto refused = [](auto change) {
            ir::ReviewPlan plan = planOf(3);
            change(plan);
            const auto project = ir::ReviewProject::create(plan);
            return !project && project.error().message.ends_with(".");
        };
        QVERIFY(refused([](auto& plan) { plan.name.clear(); }));
        QVERIFY(refused([](auto& plan) { plan.images.clear(); }));
        QVERIFY(refused([](auto& plan) { plan.images.push_back(plan.images[0]); }));
        QVERIFY(refused([](auto& plan) { plan.classes.clear(); }));
        QVERIFY(refused([](auto& plan) { plan.classes.emplace_back("spine"); }));
        QVERIFY(refused([](auto& plan) { plan.readers = {"Ann"}; }));
        QVERIFY(refused([](auto& plan) { plan.readers = {"Ann", "Ann"}; }));
        QVERIFY(refused([](auto& plan) { plan.rules.overlap = 1.5; }));
        ir::ReviewPlan alone = planOf(3, {"Ann"});
        alone.rules.overlap = 0;
        QVERIFY(ir::ReviewProject::create(alone));
    }

    void roundTwoIsNeverItsRoundOneReaders()
    {
        auto project = ir::ReviewProject::create(planOf(6)).value();
        QVERIFY(!project.next("Ann", 2)); // round 1 is not done
        QCOMPARE(errorOf(project, act("Ann", Take, 1, 2)),
                 std::string("Round 1 of this image is not done yet."));
        for (int image = 1; image <= 3; ++image)
            take(project, "Ann", image, 1, "spine");
        for (int image = 4; image <= 6; ++image)
            take(project, "Bob", image, 1, "others");
        QVERIFY(!project.next("Ann", 1));
        std::set<std::int64_t> offered;
        while (const auto image = project.next("Ann", 2)) {
            offered.insert(*image);
            take(project, "Ann", *image, 2, "others");
        }
        QCOMPARE(offered, (std::set<std::int64_t>{4, 5, 6}));
        QCOMPARE(errorOf(project, act("Ann", Take, 1, 2)),
                 std::string("Whoever reads an image in round 1 does not read it in round 2."));
        QCOMPARE(project.ahead("Bob", 2, 10).size(), std::size_t(3));
    }

    void anImageInHandIsNobodyElsesAndComesFirstAgain()
    {
        auto project = ir::ReviewProject::create(planOf(5)).value();
        const auto first = *project.next("Ann", 1);
        QCOMPARE(*project.next("Ann", 1), first); // offering changes nothing
        QVERIFY(project.apply(act("Ann", Take, first)));
        QVERIFY(project.next("Bob", 1) != first);
        QCOMPARE(errorOf(project, act("Bob", Take, first)),
                 std::string("This image is Ann's in round 1."));
        QCOMPARE(errorOf(project, act("Bob", Label, first, 1, "spine")),
                 std::string("This image is Ann's in round 1."));
        // Another image in between, then a restart: the log gives the same state.
        auto again = ir::ReviewProject::create(planOf(5)).value();
        for (const auto& one : project.log())
            QVERIFY(again.apply(one));
        QCOMPARE(*again.next("Ann", 1), first);
        QCOMPARE(again.ahead("Ann", 1, 10), project.ahead("Ann", 1, 10));
        QCOMPARE(project.ahead("Ann", 1, 10).size(), std::size_t(5));
        QCOMPARE(project.ahead("Bob", 1, 10).size(), std::size_t(4));
    }

    void skippedImagesComeLastAndGoToOthers()
    {
        auto project = ir::ReviewProject::create(planOf(3)).value();
        const auto first = *project.next("Ann", 1);
        QVERIFY(project.apply(act("Ann", Take, first)));
        QVERIFY(project.apply(act("Ann", Skip, first)));
        QCOMPARE(project.ahead("Ann", 1, 10).back(), first);
        QCOMPARE(project.ahead("Bob", 1, 10).size(), std::size_t(3));
        while (const auto image = project.next("Ann", 1))
            take(project, "Ann", *image, 1, "spine"); // ends with the skipped one
        QCOMPARE(project.progress().done[0], std::size_t(3));
    }

    void conflictsAreDecidedByAThird()
    {
        ir::ReviewPlan plan = planOf(4, {"Ann", "Bob", "Cleo"});
        auto project = ir::ReviewProject::create(plan).value();
        take(project, "Ann", 1, 1, "spine");
        take(project, "Bob", 1, 2, "others");
        take(project, "Ann", 2, 1, "spine");
        take(project, "Bob", 2, 2, "spine");
        take(project, "Cleo", 3, 1, "spine");
        take(project, "Bob", 3, 2, "others");
        QVERIFY(project.apply(act("Ann", Take, 4)));
        QVERIFY(project.apply(act("Ann", Unsure, 4)));
        QCOMPARE(project.conflicts().size(), std::size_t(2)); // 4 waits for its second reader
        QCOMPARE(project.conflicts()[0].labels, (std::array<std::string, 2>{"spine", "others"}));
        QVERIFY(project.finalLabel(1).decision == ir::ReviewDecision::None);
        QVERIFY(project.finalLabel(2).decision == ir::ReviewDecision::Agreed);
        QCOMPARE(errorOf(project, act("Ann", Adjudicate, 1, 3, "spine")),
                 std::string("Ann does not adjudicate in the project spines."));
        QCOMPARE(errorOf(project, act("Cleo", Adjudicate, 2, 3, "spine")),
                 std::string("There is no conflict about this image."));
        QCOMPARE(errorOf(project, act("Cleo", Adjudicate, 3, 3, "spine")),
                 std::string("Whoever labelled an image does not decide its conflict."));
        QVERIFY(project.apply(act("Cleo", Adjudicate, 1, 3, "others")));
        QCOMPARE(project.finalLabel(1).label, std::string("others"));
        QVERIFY(project.finalLabel(1).decision == ir::ReviewDecision::Adjudicated);
        QCOMPARE(errorOf(project, act("Ann", TakeBack, 1)),
                 std::string("This image was adjudicated: its labels stay as they are."));
        take(project, "Bob", 4, 2, "spine");
        QCOMPARE(project.conflicts().size(),
                 std::size_t(2)); // one doubts, one says spine; and image 3
        QCOMPARE(project.progress().adjudicated, std::size_t(1));
    }

    void blindReadersHaveNotSeenAnything()
    {
        auto project = ir::ReviewProject::create(planOf(2)).value();
        QVERIFY(project.apply(act("Ann", Take, 1)));
        auto peeked = act("Ann", Label, 1, 1, "spine");
        peeked.sawModel = true;
        QVERIFY(errorOf(project, peeked).find("must not see the model's tag") != std::string::npos);
        peeked.sawModel = false;
        peeked.sawLabels = true;
        QVERIFY(errorOf(project, peeked).find("must not see the labels of others") !=
                std::string::npos);
        ir::ReviewPlan open = planOf(2);
        open.rules.blindToModel = open.rules.blindToFirst = false;
        auto seeing = ir::ReviewProject::create(open).value();
        QVERIFY(seeing.apply(act("Ann", Take, 1)));
        peeked.sawModel = true;
        QVERIFY(seeing.apply(peeked));
    }

    void strangersAndStrangeThingsAreRefused()
    {
        auto project = ir::ReviewProject::create(planOf(2)).value();
        QCOMPARE(errorOf(project, act("Eve", Take, 1)),
                 std::string("Eve is no reader of the project spines."));
        QCOMPARE(errorOf(project, act("Cleo", Take, 1)),
                 std::string("Cleo adjudicates in the project spines but does not read."));
        QCOMPARE(errorOf(project, act("Ann", Take, 99)),
                 std::string("This image is not in the project spines."));
        QCOMPARE(errorOf(project, act("Ann", Label, 1, 1, "hand")),
                 std::string("\"hand\" is no class of the project spines."));
        QCOMPARE(errorOf(project, act("Ann", Label, 1, 1, "spine")),
                 std::string("This image was not taken by Ann."));
        QCOMPARE(errorOf(project, act("Ann", Take, 1, 3)),
                 std::string("There are rounds 1 and 2 only."));
        QVERIFY(project.apply(act("Ann", Take, 1)));
        QCOMPARE(errorOf(project, act("Ann", Take, 1)),
                 std::string("This image is in hand already."));
        QCOMPARE(errorOf(project, act("Ann", TakeBack, 1)),
                 std::string("This image has no label to take back."));
    }

    void aLabelCanBeReplacedAndTakenBack()
    {
        auto project = ir::ReviewProject::create(planOf(1)).value();
        take(project, "Ann", 1, 1, "spine");
        QVERIFY(project.apply(act("Ann", Label, 1, 1, "others")));
        QCOMPARE(project.finalLabel(1).label, std::string("others"));
        QVERIFY(project.finalLabel(1).decision == ir::ReviewDecision::Single);
        QVERIFY(project.apply(act("Ann", TakeBack, 1)));
        QVERIFY(project.finalLabel(1).label.empty());
        QCOMPARE(*project.next("Ann", 1), std::int64_t(1));
        QVERIFY(!project.next("Bob", 2));
    }

    void aShareOfTheImagesGetsASecondRound()
    {
        ir::ReviewPlan plan = planOf(100);
        plan.rules.overlap = 0.2;
        auto project = ir::ReviewProject::create(plan).value();
        QCOMPARE(project.progress().wanted, (std::array<std::size_t, 2>{100, 20}));
        while (const auto image = project.next("Ann", 1))
            take(project, "Ann", *image, 1, "spine");
        QCOMPARE(project.ahead("Bob", 2, 100).size(), std::size_t(20));
        QVERIFY(project.ahead("Ann", 2, 100).empty());
    }

    void ordersAreAsTheRulesSay()
    {
        ir::ReviewPlan plan = planOf(60);
        const auto random = ir::ReviewProject::create(plan).value();
        QVERIFY(random.ahead("Ann", 1, 60) != random.ahead("Bob", 1, 60));
        QCOMPARE(ir::ReviewProject::create(plan)->ahead("Ann", 1, 60), random.ahead("Ann", 1, 60));
        const auto sortedBy = [&](ir::ReviewOrder order, auto key) {
            plan.rules.order = order;
            const auto project = ir::ReviewProject::create(plan).value();
            const auto ids = project.ahead("Ann", 1, 60);
            return ids.size() == 60 && std::ranges::is_sorted(ids, {}, [&](std::int64_t id) {
                       return key(plan.images[static_cast<std::size_t>(id - 1)]);
                   });
        };
        QVERIFY(sortedBy(ir::ReviewOrder::Uncertainty,
                         [](const ir::ReviewImage& image) { return -image.uncertainty; }));
        QVERIFY(sortedBy(ir::ReviewOrder::Date,
                         [](const ir::ReviewImage& image) { return image.date; }));
    }

    void theAuditTrailSaysWhoDidWhatWhen()
    {
        auto project = ir::ReviewProject::create(planOf(2)).value();
        auto one = act("Ann", Take, 1);
        one.timeMs = 1'583'020'800'123; // 2020-03-01
        QVERIFY(project.apply(one));
        one = act("Ann", Comment, 1);
        one.comment = "rotated, see \"L\"";
        QVERIFY(project.apply(one));
        const auto table = ir::CsvTable::parse(ir::auditTrail(project)).value();
        QCOMPARE(table.rows(), std::size_t(2));
        QCOMPARE(table.at(0, "time"), std::string("2020-03-01T00:00:00.123Z"));
        QCOMPARE(table.at(0, "act"), std::string("take"));
        QCOMPARE(table.at(1, "comment"), std::string("rotated, see \"L\""));
        for (const auto each : {Take, Label, Unsure, Skip, Comment, Flag, TakeBack, Adjudicate})
            QVERIFY(ir::reviewActOf(ir::toString(each)) == each);
    }

    void aStudyOf10000ImagesInTwoRounds()
    {
        // Three readers take turns; each errs in a tenth. Every image is read twice by two people,
        // every conflict decided by a third, and the final label is that of the log.
        ir::ReviewPlan plan = planOf(10'000, {"Ann", "Bob", "Dan"});
        auto project = ir::ReviewProject::create(plan).value();
        std::mt19937 random(1);
        const std::array<std::string, 2> classes{"spine", "others"};
        const auto truth = [](std::int64_t image) { return static_cast<std::size_t>(image % 2); };
        bool isBusy = true;
        while (isBusy) {
            isBusy = false;
            for (const char* reader : {"Ann", "Bob", "Dan"})
                for (const int round : {2, 1})
                    if (const auto image = project.next(reader, round)) {
                        isBusy = true;
                        const std::size_t said =
                            random() % 10 == 0 ? 1 - truth(*image) : truth(*image);
                        take(project, reader, *image, round, classes[said]);
                        break;
                    }
        }
        QCOMPARE(project.progress().done, (std::array<std::size_t, 2>{10'000, 10'000}));
        const auto conflicts = project.conflicts();
        QVERIFY(conflicts.size() > 1'500 &&
                conflicts.size() < 2'100); // 2 × 0.1 × 0.9 = 0.18 expected
        for (const auto& conflict : conflicts) {
            QVERIFY(conflict.readers[0] != conflict.readers[1]);
            QVERIFY(project.apply(
                act("Cleo", Adjudicate, conflict.image, 3, classes[truth(conflict.image)])));
        }
        std::size_t right = 0;
        for (std::int64_t image = 1; image <= 10'000; ++image)
            right += project.finalLabel(image).label == classes[truth(image)] ? 1 : 0;
        QVERIFY(right > 9'850 && right < 9'950); // both err alike in 1 %
        const auto agreement = ir::agreementOf(project.labels().value(), {100, 0.95, 1});
        QCOMPARE(agreement.fleiss.images, std::uint64_t(10'000));
        QVERIFY(std::abs(*agreement.fleiss.kappa.value - 0.64) < 0.03); // (0.82 − 0.5) / 0.5
    }
};

QTEST_GUILESS_MAIN(TestProject)
#include "test_project.moc"
