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

constexpr std::int64_t minute = 60'000; // ms

ir::ReviewEvent at(std::int64_t timeMs, ir::ReviewEvent one)
{
    one.timeMs = timeMs;
    return one;
}

void repeat(ir::ReviewProject& project, const std::string& reader, std::int64_t image,
            std::int64_t timeMs, const std::string& label)
{
    for (const auto& one : {at(timeMs, act(reader, Take, image, ir::repeatRound)),
                            at(timeMs, act(reader, Label, image, ir::repeatRound, label))})
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
        QVERIFY(refused([](auto& plan) { plan.rules.repeats = -0.1; }));
        QVERIFY(refused([](auto& plan) { plan.rules.leaseMinutes = -1; }));
        QVERIFY(refused([](auto& plan) { plan.rules.repeatAfterHours = -1; }));
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

    void anImageWhoseReaderWentAwayGoesToAnother()
    {
        auto project = ir::ReviewProject::create(planOf(1)).value();
        QVERIFY(project.apply(at(minute, act("Ann", Take, 1))));
        QVERIFY(!project.next("Bob", 1, 30 * minute)); // 29 minutes
        QCOMPARE(errorOf(project, at(30 * minute, act("Bob", Take, 1))),
                 std::string("This image is Ann's in round 1."));
        // Whatever Ann does, on any image, keeps what she has in hand.
        QVERIFY(project.apply(at(20 * minute, act("Ann", Comment, 1))));
        QVERIFY(!project.next("Bob", 1, 49 * minute));
        QCOMPARE(*project.next("Bob", 1, 50 * minute), std::int64_t(1));
        QVERIFY(!project.next("Bob", 1)); // without a time no lease runs out
        QCOMPARE(*project.next("Ann", 1, 50 * minute), std::int64_t(1)); // hers until it is taken
        QVERIFY(project.apply(at(50 * minute, act("Bob", Take, 1))));
        QCOMPARE(errorOf(project, at(51 * minute, act("Ann", Label, 1, 1, "spine"))),
                 std::string("This image is Bob's in round 1."));
        QVERIFY(!project.next("Ann", 1, 51 * minute));
        QVERIFY(project.apply(at(52 * minute, act("Bob", Label, 1, 1, "others"))));
        QCOMPARE(project.progress().doneBy, (std::map<std::string, std::size_t>{{"Bob", 1}}));
        // A label has no lease: only what is in hand.
        QVERIFY(!project.next("Ann", 1, 1000 * minute));
        QCOMPARE(*project.next("Ann", 2, 1000 * minute), std::int64_t(1));
        // The log alone gives the same again.
        auto again = ir::ReviewProject::create(planOf(1)).value();
        for (const auto& one : project.log())
            QVERIFY(again.apply(one));
        QCOMPARE(again.finalLabel(1).label, project.finalLabel(1).label);
        QCOMPARE(*again.next("Ann", 2), std::int64_t(1));
    }

    void aLeaseOfZeroIsForEver()
    {
        ir::ReviewPlan plan = planOf(1);
        plan.rules.leaseMinutes = 0;
        auto project = ir::ReviewProject::create(plan).value();
        QVERIFY(project.apply(at(0, act("Ann", Take, 1))));
        QVERIFY(!project.next("Bob", 1, 1'000'000 * minute));
        QVERIFY(!project.apply(at(1'000'000 * minute, act("Bob", Take, 1))));
    }

    void aLapsedLeaseDoesNotMakeOneReaderTwo()
    {
        auto project = ir::ReviewProject::create(planOf(1, {"Ann", "Bob", "Dan"})).value();
        take(project, "Ann", 1, 1, "spine");
        take(project, "Bob", 1, 2, "spine");
        QVERIFY(project.apply(act("Ann", TakeBack, 1)));
        const std::int64_t later = 60 * minute;
        QVERIFY(!project.next("Bob", 1, later));
        QCOMPARE(errorOf(project, at(later, act("Bob", Take, 1))),
                 std::string("Whoever reads an image in round 2 does not read it in round 1."));
        QCOMPARE(*project.next("Dan", 1, later), std::int64_t(1));
        QVERIFY(project.apply(act("Ann", Skip, 1))); // the same where it is handed back
        QVERIFY(!project.next("Bob", 1));
        QCOMPARE(*project.next("Dan", 1), std::int64_t(1));
    }

    void aShareOfTheImagesIsReadAgainByTheSameReader()
    {
        ir::ReviewPlan plan = planOf(200);
        plan.rules.repeats = 0.1;
        auto project = ir::ReviewProject::create(plan).value();
        QCOMPARE(project.progress().repeatsWanted, std::size_t(20));
        for (std::int64_t image = 1; image <= 200; ++image) {
            take(project, "Ann", image, 1, "spine");
            take(project, "Bob", image, 2, image % 2 == 0 ? "others" : "spine");
        }
        const auto conflicts = project.conflicts().size();
        const std::int64_t day = 24 * 60 * minute;
        QVERIFY(project.ahead("Ann", ir::repeatRound, 100, day - 1).empty());
        QVERIFY(project.ahead("Ann", ir::repeatRound, 100).empty());
        const auto anns = project.ahead("Ann", ir::repeatRound, 100, day);
        const auto bobs = project.ahead("Bob", ir::repeatRound, 100, day);
        QCOMPARE(anns.size() + bobs.size(), std::size_t(20));
        QVERIFY(anns.size() >= 3 && bobs.size() >= 3); // both rounds are checked
        for (const auto image : bobs)
            QVERIFY(std::ranges::find(anns, image) == anns.end());
        const auto refused = [&](std::int64_t timeMs, const char* reader, std::int64_t image) {
            return errorOf(project, at(timeMs, act(reader, Take, image, ir::repeatRound)));
        };
        QCOMPARE(refused(day - 1, "Ann", anns[0]),
                 std::string("It is too early to repeat this image."));
        QCOMPARE(refused(day, "Bob", anns[0]),
                 std::string("Readers repeat images that they labelled."));
        std::int64_t other = 1;
        while (std::ranges::find(anns, other) != anns.end() ||
               std::ranges::find(bobs, other) != bobs.end())
            ++other;
        QCOMPARE(refused(day, "Ann", other),
                 std::string("This image is none of those that are repeated."));
        // Ann changes her mind about all she repeats, Bob about nothing.
        for (const auto image : anns)
            repeat(project, "Ann", image, day, "others");
        for (const auto image : bobs)
            repeat(project, "Bob", image, day, image % 2 == 0 ? "others" : "spine");
        QVERIFY(!project.next("Ann", ir::repeatRound, 2 * day));
        QCOMPARE(project.progress().repeatsDone, std::size_t(20));
        QCOMPARE(project.progress().done, (std::array<std::size_t, 2>{200, 200}));
        QCOMPARE(project.conflicts().size(), conflicts);
        for (const auto image : anns)
            if (image % 2 != 0)
                QCOMPARE(project.finalLabel(image).label, std::string("spine"));
        const auto labels = project.labels().value();
        const auto agreement = ir::agreementOf(labels, {50, 0.95, 1});
        QCOMPARE(agreement.pairs.at(0).agreement.confusion.total(), std::uint64_t(200));
        QCOMPARE(*agreement.pairs.at(0).agreement.raw, 0.5);
        QCOMPARE(agreement.repeats.size(), std::size_t(2));
        const auto& ann = agreement.repeats[0];
        QCOMPARE(labels.readers[ann.reader], std::string("Ann"));
        QCOMPARE(ann.rounds, (std::array<int, 2>{1, ir::repeatRound}));
        QCOMPARE(ann.agreement.confusion.total(), std::uint64_t(anns.size()));
        QCOMPARE(*ann.agreement.raw, 0.0);
        const auto& bob = agreement.repeats[1];
        QCOMPARE(bob.rounds, (std::array<int, 2>{2, ir::repeatRound}));
        QCOMPARE(*bob.agreement.raw, 1.0);
    }

    void aRepeatGoesWithTheLabelItRepeats()
    {
        ir::ReviewPlan plan = planOf(1, {"Ann", "Bob"});
        plan.rules.overlap = 0;
        plan.rules.repeats = 1;
        plan.rules.repeatAfterHours = 0;
        auto project = ir::ReviewProject::create(plan).value();
        take(project, "Ann", 1, 1, "spine");
        repeat(project, "Ann", 1, 1, "others");
        QCOMPARE(project.labels()->ratings.size(), std::size_t(2));
        QVERIFY(project.apply(act("Ann", TakeBack, 1)));
        QVERIFY(project.apply(act("Ann", Skip, 1)));
        take(project, "Bob", 1, 1, "others");
        QCOMPARE(project.labels()->ratings.size(), std::size_t(1)); // Ann's repeat repeats nothing
        QCOMPARE(project.progress().repeatsDone, std::size_t(0));
        QVERIFY(!project.next("Ann", ir::repeatRound, minute));
        QCOMPARE(*project.next("Bob", ir::repeatRound, minute), std::int64_t(1));
        QVERIFY(project.apply(at(minute, act("Bob", Take, 1, ir::repeatRound))));
        QVERIFY(project.apply(at(minute, act("Bob", Skip, 1, ir::repeatRound))));
        QCOMPARE(*project.next("Bob", ir::repeatRound, minute), std::int64_t(1)); // last, but there
    }

    void aDoubtIsNotRepeated()
    {
        ir::ReviewPlan plan = planOf(1);
        plan.rules.repeats = 1;
        plan.rules.overlap = 0;
        plan.rules.repeatAfterHours = 0;
        auto project = ir::ReviewProject::create(plan).value();
        QVERIFY(project.apply(act("Ann", Take, 1)));
        QVERIFY(project.apply(act("Ann", Unsure, 1)));
        QVERIFY(!project.next("Ann", ir::repeatRound, minute));
        QCOMPARE(project.progress().repeatsWanted, std::size_t(0));
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

    void pairsForDriftHaveTheTimeOfTheLaterLabel()
    {
        auto project = ir::ReviewProject::create(planOf(3)).value();
        const auto label = [&](const char* reader, std::int64_t image, int round,
                               std::int64_t timeMs, const char* said) {
            QVERIFY(project.apply(at(timeMs, act(reader, Take, image, round))));
            QVERIFY(project.apply(at(timeMs, act(reader, Label, image, round, said))));
        };
        label("Ann", 1, 1, 100, "spine");
        label("Ann", 2, 1, 200, "others");
        label("Bob", 3, 1, 300, "spine");
        label("Bob", 2, 2, 400, "spine");
        label("Bob", 1, 2, 500, "spine");
        QVERIFY(project.apply(at(600, act("Ann", Label, 2, 1, "spine")))); // thinks again
        const auto pairs = project.timedPairs();
        QCOMPARE(pairs.size(), std::size_t(2)); // image 3 waits for its second reader
        QCOMPARE(pairs[0].timeMs, std::int64_t(500));
        QCOMPARE(pairs[0].labels, (std::array<std::uint32_t, 2>{0, 0}));
        QCOMPARE(pairs[1].timeMs, std::int64_t(600));
        QCOMPARE(pairs[1].readers, (std::array<std::uint32_t, 2>{0, 1}));
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
