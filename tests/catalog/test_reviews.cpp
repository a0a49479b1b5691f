#include "catalogbuilder.h"
#include "catalogplaces.h"
#include "rawdatabase.h"

#include <thread>

using namespace ir;
using namespace ir::test;

/// Annotation projects as the catalog keeps them; their rules are tested with ReviewProject.
class TestReviews : public QObject
{
    Q_OBJECT

    CatalogPlaces m_places;
    QString m_path;

    QString path() const { return m_path; }

    static ReviewPlan plan(int images = 6)
    {
        ReviewPlan plan;
        plan.name = "spines, März";
        plan.guideline = "Whole \"spine\" only.";
        plan.examples = {{(std::int64_t(1) << 60) + 9, "spine", "from the side, März"}};
        plan.classes = {"spine", "others"};
        plan.readers = {"Ann", "Bob"};
        plan.adjudicators = {"Cleo"};
        for (int i = 1; i <= images; ++i)
            plan.images.push_back({(std::int64_t(1) << 60) + i, 0.1 * i, "20240101"});
        plan.rules.order = ReviewOrder::Uncertainty;
        plan.rules.blindToModel = false;
        plan.rules.overlap = 0.5;
        plan.rules.leaseMinutes = 45;
        plan.rules.repeats = 0.25;
        plan.rules.repeatAfterHours = 72;
        plan.rules.seed = 0xFFFF'FFFF'FFFF'FFF1ULL;
        return plan;
    }

    static ReviewEvent act(const std::string& reader, ReviewAct what, std::int64_t image,
                           int round = 1, const std::string& label = {})
    {
        ReviewEvent event;
        event.timeMs = 1'700'000'000'000;
        event.reader = reader;
        event.act = what;
        event.image = image;
        event.round = round;
        event.label = label;
        event.seconds = 1.5;
        event.sawModel = what == ReviewAct::Label;
        return event;
    }

private Q_SLOTS:
    void initTestCase_data() { CatalogPlaces::addDatabases(); }

    void init() { IR_FRESH_PLACE(m_places, m_path); }

    void aProjectIsTheSameAfterARestart()
    {
        std::int64_t first = 0;
        {
            auto catalog = Catalog::open(path()).value();
            const auto id = catalog->createReview(plan());
            QVERIFY2(id, id ? "" : id.error().message.c_str());
            auto project = catalog->openReview(*id).value();
            first = *project.next("Ann", 1);
            QVERIFY(catalog->appendReview(*id, project, act("Ann", ReviewAct::Take, first)));
            auto label = act("Ann", ReviewAct::Label, first, 1, "spine");
            label.comment = "ärmlich";
            QVERIFY(catalog->appendReview(*id, project, label));
            QVERIFY(catalog->appendReview(*id, project,
                                          act("Ann", ReviewAct::Take, *project.next("Ann", 1))));
        }
        auto catalog = Catalog::open(path()).value();
        const auto known = catalog->reviews().value();
        QCOMPARE(known.size(), 1);
        QCOMPARE(catalog->reviewsOf(first).value(), QVector<qint64>{known[0].id});
        QVERIFY(catalog->reviewsOf(first + 1000).value().isEmpty());
        QCOMPARE(known[0].name, QString::fromUtf8("spines, März"));
        const auto project = catalog->openReview(known[0].id).value();
        const ReviewPlan made = plan();
        QCOMPARE(project.plan().guideline, made.guideline);
        QCOMPARE(project.plan().examples.size(), std::size_t(1));
        QCOMPARE(project.plan().examples[0].image, made.examples[0].image);
        QCOMPARE(project.plan().examples[0].label, made.examples[0].label);
        QCOMPARE(project.plan().examples[0].caption, made.examples[0].caption);
        QCOMPARE(project.plan().images.back().id, made.images.back().id); // beyond JSON's numbers
        QCOMPARE(project.plan().rules.seed, made.rules.seed);
        QCOMPARE(project.plan().rules.leaseMinutes, 45);
        QCOMPARE(project.plan().rules.repeats, 0.25);
        QCOMPARE(project.plan().rules.repeatAfterHours, 72);
        QVERIFY(project.plan().rules.order == ReviewOrder::Uncertainty);
        QVERIFY(!project.plan().rules.blindToModel && project.plan().rules.blindToFirst);
        QCOMPARE(project.progress().wanted, (std::array<std::size_t, 2>{6, 3}));
        QCOMPARE(project.log().size(), std::size_t(3));
        QCOMPARE(project.log()[1].comment, std::string("ärmlich"));
        QCOMPARE(project.log()[1].seconds, 1.5);
        QVERIFY(project.log()[1].sawModel && !project.log()[0].sawModel);
        QCOMPARE(project.finalLabel(first).label, std::string("spine"));
        QVERIFY(project.next("Ann", 1) == project.log()[2].image); // still in hand
    }

    void whatTheRulesRefuseIsNotStored()
    {
        auto catalog = Catalog::open(path()).value();
        const auto id = catalog->createReview(plan()).value();
        auto project = catalog->openReview(id).value();
        const auto refused =
            catalog->appendReview(id, project, act("Eve", ReviewAct::Take, plan().images[0].id));
        QVERIFY(!refused);
        QVERIFY(refused.error().message.starts_with("Eve is no reader"));
        QCOMPARE(catalog->openReview(id)->log().size(), std::size_t(0));
        QVERIFY(!catalog->createReview(plan())); // the name is taken
        ReviewPlan broken = plan();
        broken.name = "other";
        broken.classes.clear();
        QVERIFY(!catalog->createReview(broken));
        QVERIFY(!catalog->openReview(id + 7));
        QCOMPARE(catalog->reviews()->size(), 1);
    }

    void manyThingsAreDoneAllOrNone()
    {
        auto catalog = Catalog::open(path()).value();
        const auto id = catalog->createReview(plan()).value();
        auto project = catalog->openReview(id).value();
        const auto first = plan().images[0].id;
        const std::vector<ReviewEvent> events{act("Ann", ReviewAct::Take, first),
                                              act("Ann", ReviewAct::Label, first, 1, "spine")};
        std::vector<ReviewEvent> broken = events;
        broken.push_back(act("Eve", ReviewAct::Take, first));
        QVERIFY(!catalog->appendReviews(id, project, broken));
        QVERIFY(project.log().empty()); // the two before the stranger's are not done either
        QVERIFY(catalog->openReview(id)->log().empty());
        QVERIFY(catalog->appendReviews(id, project, events));
        QVERIFY(catalog->appendReviews(id, project, {})); // nothing
        QCOMPARE(project.log().size(), std::size_t(2));
        QCOMPARE(catalog->openReview(id)->finalLabel(first).label, std::string("spine"));
    }

    void twoProgramsNeverGiveOneImageToTwoReaders()
    {
        // Each has a project of its own in memory and learns of the other's images through the log
        // alone.
        constexpr int images = 60;
        ReviewPlan shared = plan(images);
        shared.rules.overlap = 1;
        const auto id = Catalog::open(path()).value()->createReview(shared).value();
        const auto work = [&](const char* reader) {
            auto catalog = Catalog::open(path());
            if (!catalog)
                return;
            auto project = (*catalog)->openReview(id).value();
            for (int round = 1; round <= 2; ++round)
                for (int tries = 0; tries < 100 * images; ++tries) {
                    const auto image = project.next(reader, round);
                    if (!image && project.progress().done[0] +
                                          (round == 1 ? 0 : project.progress().done[1]) ==
                                      std::size_t(images * round))
                        break;
                    if (!image) { // the other is not done yet: look again
                        project = (*catalog)->openReview(id).value();
                        if (round == 1)
                            break;
                        continue;
                    }
                    if (!(*catalog)->appendReview(id, project,
                                                  act(reader, ReviewAct::Take, *image, round))) {
                        continue; // the other was quicker
                    }
                    if (!(*catalog)->appendReview(
                            id, project, act(reader, ReviewAct::Label, *image, round, "spine")))
                        return;
                }
        };
        std::thread ann(work, "Ann");
        std::thread bob(work, "Bob");
        ann.join();
        bob.join();
        const auto project = Catalog::open(path()).value()->openReview(id).value();
        QCOMPARE(project.progress().done, (std::array<std::size_t, 2>{images, images}));
        std::map<std::pair<std::int64_t, int>, int> labels;
        for (const ReviewEvent& one : project.log())
            labels[{one.image, one.round}] += one.act == ReviewAct::Label ? 1 : 0;
        QCOMPARE(labels.size(), std::size_t(2 * images));
        for (const auto& [reading, count] : labels)
            QCOMPARE(count, 1);
        QCOMPARE(project.conflicts().size(), std::size_t(0));
    }

    void logAndPlanCannotBeRewritten()
    {
        {
            auto catalog = Catalog::open(path()).value();
            const auto id = catalog->createReview(plan()).value();
            auto project = catalog->openReview(id).value();
            QVERIFY(catalog->appendReview(id, project,
                                          act("Ann", ReviewAct::Take, plan().images[0].id)));
        }
        RawDatabase raw(path());
        for (const char* sql :
             {"UPDATE review_event SET label = 'x'", "DELETE FROM review_event",
              "UPDATE review_project SET plan = '{}'", "DELETE FROM review_project"}) {
            const QString error = raw.execute(QString::fromLatin1(sql));
            QVERIFY2(error.contains(QStringLiteral("never")), sql);
        }
    }

    void aPlanOfBeforeTodaysRulesHasTheirDefaults()
    {
        const qint64 id = Catalog::open(path()).value()->createReview(plan()).value();
        {
            RawDatabase raw(path());
            const QString oldPlan =
                CatalogPlaces::isPostgreSql()
                    ? QStringLiteral("(plan::jsonb - 'lease_minutes' - 'repeats' - 'repeat_after_hours' - "
                                     "'examples')::text")
                    : QStringLiteral("json_remove(plan, '$.lease_minutes', '$.repeats', "
                                     "'$.repeat_after_hours', '$.examples')");
            QCOMPARE(raw.execute(QStringLiteral("INSERT INTO review_project (name, created_ms, plan) "
                                                "SELECT 'old', created_ms, %1 FROM review_project")
                                     .arg(oldPlan)),
                     QString());
            QVERIFY(!raw.value(QStringLiteral("SELECT plan FROM review_project WHERE name = 'old'"))
                         .toString()
                         .contains(QStringLiteral("lease_minutes")));
        }
        auto catalog = Catalog::open(path()).value();
        const auto old = catalog->openReview(id + 1).value();
        QCOMPARE(old.plan().rules.leaseMinutes, ReviewRules().leaseMinutes);
        QCOMPARE(old.plan().rules.repeats, 0.0);
        QCOMPARE(old.plan().rules.repeatAfterHours, ReviewRules().repeatAfterHours);
        QCOMPARE(old.plan().rules.overlap, plan().rules.overlap);
    }

    void aLogThatDoesNotFitItsPlanIsASentence()
    {
        qint64 id = 0;
        {
            auto catalog = Catalog::open(path()).value();
            id = catalog->createReview(plan()).value();
        }
        {
            RawDatabase raw(path());
            QCOMPARE(
                raw.execute(QStringLiteral(
                                "INSERT INTO review_event VALUES (%1, 0, 1, 'Eve', 'take', 1, 1, "
                                "'', '', 0, 0, 0)")
                                .arg(id)),
                QString());
        }
        const auto opened = Catalog::open(path()).value()->openReview(id);
        QVERIFY(!opened);
        QVERIFY(opened.error().message.find("does not fit its plan") != std::string::npos);
    }

    void aCatalogOfVersion1IsBroughtUpToDate()
    {
        {
            auto catalog = Catalog::open(path()).value();
            QCOMPARE(fill(*catalog, 3).size(), 3);
        }
        {
            RawDatabase raw(path()); // what version 1 had
            QCOMPARE(raw.goBackTo(1), QString());
        }
        auto catalog = Catalog::open(path()).value();
        QCOMPARE(catalog->files({})->size(), 3);
        QVERIFY(catalog->createReview(plan()));
    }
};

QTEST_GUILESS_MAIN(TestReviews)
#include "test_reviews.moc"
