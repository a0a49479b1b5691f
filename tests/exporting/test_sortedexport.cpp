#include "exportbuilder.h"

#include "base/csv.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <csignal>

#include <sys/resource.h>
#include <sys/stat.h>

using namespace ir;
using namespace ir::test;

namespace {

using Tree = std::map<std::string, std::string>;

} // namespace

class TestSortedExport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_place = std::make_unique<ExportPlace>(); }

    void copiesIntoOneFolderAClass()
    {
        const auto before = threeFiles();
        IR_EXPORT(report, before, m_place->options());
        QVERIFY(report.isComplete());
        QCOMPARE(report.exported, std::size_t(3));
        QVERIFY(tree(m_place->out()) == (Tree{{"spine/a.dcm", "AA"},
                                              {"spine/IM2.dcm", "BBB"},
                                              {"adult_chest/c.png", "C"}}));
        QVERIFY(tree(m_place->in()) == (Tree{{"a.dcm", "AA"}, {"x/IM2", "BBB"}, {"c.png", "C"}}));
    }

    void theDryRunSaysWhatWouldBeDoneAndWritesNothing()
    {
        auto items = threeFiles();
        items.push_back(m_place->add("review.dcm", "others", "D"));
        items.back().needsReview = true;
        items.push_back(m_place->add("broken.dcm", "", "E"));
        items.back().unreadable = true;
        const auto plan = planSortedExport(items, m_place->options());
        QVERIFY(plan);
        QVERIFY(plan->countByFolder == (std::map<std::string, std::size_t>{
                                           {"adult_chest", 1}, {"needs_review", 1}, {"spine", 2}}));
        QCOMPARE(plan->bytesToWrite, std::uintmax_t(7));
        QVERIFY(plan->bytesFree > 0);
        QVERIFY(plan->skipped == std::vector<std::size_t>{4});
        QVERIFY(plan->problem.empty());
        QVERIFY(!fs::exists(m_place->out()));
    }

    void reviewAndUnreadableGoWhereAsked_data()
    {
        QTest::addColumn<int>("choice");
        QTest::addColumn<QByteArray>("review");
        QTest::addColumn<QByteArray>("unreadable");
        QTest::newRow("skip") << int(ExportChoice::Skip) << QByteArray() << QByteArray();
        QTest::newRow("own") << int(ExportChoice::OwnFolder) << QByteArray("needs_review/r.dcm")
                             << QByteArray("unreadable/u.dcm");
        QTest::newRow("as class") << int(ExportChoice::AsClass) << QByteArray("others/r.dcm")
                                  << QByteArray("unreadable/u.dcm");
    }
    void reviewAndUnreadableGoWhereAsked()
    {
        QFETCH(int, choice);
        QFETCH(QByteArray, review);
        QFETCH(QByteArray, unreadable);
        auto r = m_place->add("r.dcm", "others", "R");
        r.needsReview = true;
        auto u = m_place->add("u.dcm", "", "U");
        u.unreadable = true;
        auto options = m_place->options();
        options.needsReview = static_cast<ExportChoice>(choice);
        options.unreadable = static_cast<ExportChoice>(choice);
        IR_EXPORT(report, (std::vector{r, u}), options);
        Tree expected;
        if (!review.isEmpty())
            expected = {{review.toStdString(), "R"}, {unreadable.toStdString(), "U"}};
        QVERIFY(tree(m_place->out()) == expected);
    }

    void equalNamesAreKeptApartWhateverTheirCase()
    {
        const std::vector items{m_place->add("1/IM.dcm", "spine", "one"),
                                m_place->add("2/IM.dcm", "spine", "two"),
                                m_place->add("3/im.DCM", "spine", "three")};
        IR_EXPORT(report, items, m_place->options());
        QCOMPARE(reportPlan->collisions, std::size_t(2));
        const Tree expected{
            {"spine/IM.dcm", "one"}, {"spine/IM (2).dcm", "two"}, {"spine/im (3).DCM", "three"}};
        QVERIFY(tree(m_place->out()) == expected);
    }

    void aSecondRunFindsAllThereEvenInAnotherOrder()
    {
        std::vector items{m_place->add("1/IM.dcm", "spine", "one"),
                          m_place->add("2/IM.dcm", "spine", "two")};
        IR_EXPORT(first, items, m_place->options());
        const auto before = tree(m_place->out());
        std::reverse(items.begin(), items.end());
        items.push_back(m_place->add("3/IM.dcm", "spine", "three"));
        IR_EXPORT(second, items, m_place->options());
        QCOMPARE(secondPlan->alreadyThere, std::size_t(2));
        QCOMPARE(second.alreadyThere, std::size_t(2));
        QCOMPARE(second.exported, std::size_t(1));
        auto expected = before;
        expected["spine/IM (3).dcm"] = "three";
        QVERIFY(tree(m_place->out()) == expected);
    }

    void whatWasTakenAwayIsExportedAgain()
    {
        const auto items = threeFiles();
        IR_EXPORT(first, items, m_place->options());
        fs::remove(m_place->out() / "spine/a.dcm");
        IR_EXPORT(second, items, m_place->options());
        QCOMPARE(second.exported, std::size_t(1));
        QCOMPARE(tree(m_place->out())["spine/a.dcm"], std::string("AA"));
    }

    void aDifferentFileIsNeverOverwritten()
    {
        fs::create_directories(m_place->out() / "spine");
        QVERIFY(writeFileAtomically(m_place->out() / "spine/a.dcm", "someone else's"));
        const std::vector items{m_place->add("a.dcm", "spine", "AA")};
        IR_EXPORT(first, items, m_place->options());
        QVERIFY(tree(m_place->out()) ==
                (Tree{{"spine/a.dcm", "someone else's"}, {"spine/a (2).dcm", "AA"}}));
        IR_EXPORT(second, items, m_place->options());
        QCOMPARE(second.alreadyThere, std::size_t(1));
        QCOMPARE(tree(m_place->out()).size(), std::size_t(2));
    }

    void anExportedFileThatSomebodyEditedIsKept()
    {
        const std::vector items{m_place->add("a.dcm", "spine", "AA")};
        IR_EXPORT(first, items, m_place->options());
        QVERIFY(writeFileAtomically(m_place->out() / "spine/a.dcm", "edited"));
        IR_EXPORT(second, items, m_place->options());
        QVERIFY(tree(m_place->out()) == (Tree{{"spine/a.dcm", "edited"}, {"spine/a (2).dcm", "AA"}}));
    }

    void anEqualFileWithoutAJournalIsTakenForTheExport()
    {
        const std::vector items{m_place->add("a.dcm", "spine", "AA")};
        IR_EXPORT(first, items, m_place->options());
        fs::remove_all(m_place->out() / ".imaging-router-export");
        IR_EXPORT(second, items, m_place->options());
        QCOMPARE(second.alreadyThere, std::size_t(1));
        QCOMPARE(tree(m_place->out()).size(), std::size_t(1));
    }

    void aFileThatAppearsWhileTheExportRunsIsNotReplaced()
    {
        const std::vector items{m_place->add("a.dcm", "spine", "AA")};
        const auto plan = planSortedExport(items, m_place->options());
        QVERIFY(plan);
        fs::create_directories(m_place->out() / "spine");
        QVERIFY(writeFileAtomically(m_place->out() / "spine/a.dcm", "late"));
        QVERIFY(executeSortedExport(*plan));
        QVERIFY(tree(m_place->out()) == (Tree{{"spine/a.dcm", "late"}, {"spine/a (2).dcm", "AA"}}));
    }

    void aFileChangedSinceItWasTaggedIsRefusedAlone()
    {
        auto items = threeFiles();
        QVERIFY(writeFileAtomically(items[0].source, "XX"));
        IR_EXPORT(report, items, m_place->options());
        QCOMPARE(report.failed, std::size_t(1));
        QCOMPARE(report.exported, std::size_t(2));
        QVERIFY(report.error.empty());
        QVERIFY(report.outcomes[0].reason.find("changed since it was tagged") != std::string::npos);
        QVERIFY(!tree(m_place->out()).contains("spine/a.dcm"));
    }

    void aCorrectedImageMovesOnAndTheManifestSaysSo()
    {
        auto items = std::vector{m_place->add("a.dcm", "spine", "AA")};
        IR_EXPORT(first, items, m_place->options());
        items[0].className = "others";
        items[0].decidedBy = DecidedBy::Corrected;
        IR_EXPORT(second, items, m_place->options());
        auto rows = manifest(second);
        QCOMPARE(rows["others/a.dcm"].first, std::string("exported"));
        QCOMPARE(rows["others/a.dcm"].second, std::string("corrected"));
        QCOMPARE(rows["spine/a.dcm"].first, std::string("superseded"));
    }

    void theManifestListsSourceDigestClassAndDecision()
    {
        auto items = threeFiles();
        items[0].decidedBy = DecidedBy::Confirmed;
        items.push_back(m_place->add("u,\"odd\".dcm", "", "U"));
        items.back().unreadable = true;
        items.back().reason = "cut off";
        IR_EXPORT(report, items, m_place->options());
        const auto table = CsvTable::read(report.manifestCsv);
        QVERIFY(table);
        QCOMPARE(table->rows(), std::size_t(4));
        for (std::size_t row = 0; row < table->rows(); ++row) {
            if (table->at(row, "status") == "skipped") {
                QCOMPARE(table->at(row, "source"), items[3].source.string());
                QCOMPARE(table->at(row, "reason"), std::string("cut off"));
                continue;
            }
            const auto content = readFile(m_place->out() / table->at(row, "destination"));
            QVERIFY(content);
            QCOMPARE(table->at(row, "digest"), sha256(*content));
            QCOMPARE(sha256OfFile(table->at(row, "source")).value(), sha256(*content));
        }
        auto rows = manifest(report);
        QCOMPARE(rows["spine/a.dcm"].second, std::string("confirmed"));
        const auto json = readFile(report.manifestJson);
        const auto document = QJsonDocument::fromJson(QByteArray::fromStdString(*json)).object();
        QCOMPARE(document.value(QStringLiteral("files")).toArray().size(), 4);
        QCOMPARE(document.value(QStringLiteral("complete")).toBool(), true);
        QCOMPARE(document.value(QStringLiteral("counts")).toObject().value(QStringLiteral("exported")).toInt(), 3);
    }

    void somebodyElsesManifestIsLeftAlone()
    {
        fs::create_directories(m_place->out());
        QVERIFY(writeFileAtomically(m_place->out() / "manifest.csv", "mine"));
        IR_EXPORT(first, threeFiles(), m_place->options());
        QCOMPARE(first.manifestCsv.filename().string(), std::string("manifest (2).csv"));
        QCOMPARE(readFile(m_place->out() / "manifest.csv").value(), std::string("mine"));
        IR_EXPORT(second, threeFiles(), m_place->options());
        QCOMPARE(second.manifestCsv.filename().string(), std::string("manifest (2).csv"));
    }

    void hardLinksShareTheFile()
    {
        const auto items = threeFiles();
        IR_EXPORT(first, items, m_place->options(ExportMode::HardLink));
        QVERIFY(fs::equivalent(items[0].source, m_place->out() / "spine/a.dcm"));
        QCOMPARE(firstPlan->bytesToWrite, std::uintmax_t(0));
        IR_EXPORT(second, items, m_place->options(ExportMode::HardLink));
        QCOMPARE(second.alreadyThere, std::size_t(3));
    }

    void symlinksPointToTheOriginals()
    {
        const auto items = threeFiles();
        IR_EXPORT(first, items, m_place->options(ExportMode::Symlink));
        QVERIFY(fs::read_symlink(m_place->out() / "spine/a.dcm") == items[0].source);
        IR_EXPORT(second, items, m_place->options(ExportMode::Symlink));
        QCOMPARE(second.alreadyThere, std::size_t(3));
        QCOMPARE(readFile(items[0].source).value(), std::string("AA"));
    }

    void movingTakesTheOriginalsAndTellsWhereTheyWent()
    {
        const auto items = threeFiles();
        IR_EXPORT(report, items, m_place->options(ExportMode::Move));
        QVERIFY(tree(m_place->in()).empty());
        QCOMPARE(tree(m_place->out()).size(), std::size_t(3));
        QCOMPARE(report.moved.size(), std::size_t(3));
        QVERIFY(report.moved[0] == std::pair(items[0].source, m_place->out() / "spine/a.dcm"));
    }

    void movingAgainFindsThemInPlace()
    {
        auto items = threeFiles();
        IR_EXPORT(first, items, m_place->options(ExportMode::Move));
        const auto before = tree(m_place->out());
        // Asked by their old paths, as after an interruption …
        IR_EXPORT(second, items, m_place->options(ExportMode::Move));
        QCOMPARE(second.alreadyThere, std::size_t(3));
        QCOMPARE(second.moved.size(), std::size_t(3));
        QVERIFY(tree(m_place->out()) == before);
        // … and by their new ones, as the catalog knows them.
        for (std::size_t i = 0; i < items.size(); ++i)
            items[i].source = second.moved[i].second;
        IR_EXPORT(third, items, m_place->options(ExportMode::Move));
        QCOMPARE(third.alreadyThere, std::size_t(3));
        QVERIFY(third.moved.empty());
        QVERIFY(tree(m_place->out()) == before);
    }

    void anOriginalIsNotGivenUpForAnEqualFileOfSomebodyElse()
    {
        const std::vector items{m_place->add("a.dcm", "spine", "AA")};
        fs::create_directories(m_place->out() / "spine");
        QVERIFY(writeFileAtomically(m_place->out() / "spine/a.dcm", "AA"));
        IR_EXPORT(report, items, m_place->options(ExportMode::Move));
        QVERIFY(tree(m_place->out()) == (Tree{{"spine/a.dcm", "AA"}, {"spine/a (2).dcm", "AA"}}));
    }

    void copiesKeepTimeAndPermissions()
    {
        const std::vector items{m_place->add("a.dcm", "spine", "AA")};
        fs::permissions(items[0].source, fs::perms::owner_read);
        const auto time = fs::last_write_time(items[0].source) - std::chrono::hours(1000);
        fs::last_write_time(items[0].source, time);
        IR_EXPORT(report, items, m_place->options());
        QVERIFY(fs::last_write_time(m_place->out() / "spine/a.dcm") == time);
        QVERIFY(fs::status(m_place->out() / "spine/a.dcm").permissions() ==
                (fs::perms::owner_read | fs::perms::owner_write));
    }

    void aMissingOriginalIsTold()
    {
        auto items = threeFiles();
        fs::remove(items[1].source);
        IR_EXPORT(report, items, m_place->options());
        QVERIFY(reportPlan->missing == std::vector<std::size_t>{1});
        QCOMPARE(reportPlan->warnings.size(), std::size_t(1));
        QCOMPARE(report.exported, std::size_t(2));
    }

    void exportingIntoAnOpenedFolderIsWarnedOf()
    {
        auto options = m_place->options();
        options.sourceRoots = {m_place->in()};
        options.destination = m_place->in() / "sorted";
        const auto plan = planSortedExport(threeFiles(), options);
        QVERIFY(plan);
        QCOMPARE(plan->warnings.size(), std::size_t(1));
        QVERIFY(plan->warnings[0].find("inside the opened folder") != std::string::npos);
        options.destination = m_place->root() / "in-2";
        QVERIFY(planSortedExport(threeFiles(), options)->warnings.empty());
    }

    void destinationsThatCannotBeAreRefused()
    {
        auto options = m_place->options();
        options.destination = threeFiles()[0].source;
        QVERIFY(!planSortedExport(threeFiles(), options));
        options.destination = "";
        QVERIFY(!planSortedExport(threeFiles(), options));
        options.destination = "/proc/sorted";
        const auto plan = planSortedExport(threeFiles(), options);
        QVERIFY(plan);
        const auto result = executeSortedExport(*plan);
        QVERIFY(!result);
        QVERIFY(result.error().message.find("/proc") != std::string::npos);
    }

    void aFullDiskIsToldInOneSentenceAndTheRestFollowsLater()
    {
        const std::vector items{m_place->add("small.dcm", "spine", std::string(1000, 's')),
                                m_place->add("large.dcm", "spine", std::string(3'000'000, 'l'))};
        const auto plan = planSortedExport(items, m_place->options());
        QVERIFY(plan);
        std::signal(SIGXFSZ, SIG_IGN); // the write fails instead, as it does on a full disk
        rlimit before{};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
        const rlimit small{1'500'000, before.rlim_max};
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
        const auto result = executeSortedExport(*plan);
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
        QVERIFY(result);
        QVERIFY2(result->error.find("is full") != std::string::npos, result->error.c_str());
        QVERIFY(!result->isComplete());
        QCOMPARE(result->exported, std::size_t(1));
        QCOMPARE(tree(m_place->out()).size(), std::size_t(1)); // and no half of the other one
        QCOMPARE(manifest(*result).at("spine/small.dcm").first, std::string("exported"));
        IR_EXPORT(second, items, m_place->options());
        QVERIFY(second.isComplete());
        QCOMPARE(tree(m_place->out()).size(), std::size_t(2));
    }

    void stoppingKeepsWhatIsDone()
    {
        const auto items = threeFiles();
        const auto plan = planSortedExport(items, m_place->options());
        std::stop_source stop;
        std::vector<std::size_t> seen;
        const auto result = executeSortedExport(
            *plan,
            [&](const ExportProgress& progress) {
                seen.push_back(progress.done);
                if (progress.done == 1)
                    stop.request_stop();
            },
            stop.get_token());
        QVERIFY(result->cancelled);
        QVERIFY(result->exported < 3);
        QVERIFY(!seen.empty() && seen.front() == 0);
        IR_EXPORT(second, items, m_place->options());
        QCOMPARE(second.exported + second.alreadyThere, std::size_t(3));
        QCOMPARE(tree(m_place->out()).size(), std::size_t(3));
    }

    void oneExportAtATimeIntoAFolder()
    {
        const auto items = threeFiles();
        const auto plan = planSortedExport(items, m_place->options());
        std::string refusal;
        QVERIFY(executeSortedExport(*plan, [&](const ExportProgress&) {
            if (const auto second = executeSortedExport(*plan); !second)
                refusal = second.error().message;
        }));
        QVERIFY2(refusal.find("Another export") != std::string::npos, refusal.c_str());
    }

    void aHostileJournalCannotLeadOutOfTheFolder()
    {
        const std::vector items{m_place->add("a.dcm", "spine", "AA")};
        fs::create_directories(m_place->out() / ".imaging-router-export");
        QVERIFY(writeFileAtomically(m_place->out() / ".imaging-router-export/journal.jsonl",
                                    R"({"source":")" + items[0].source.string() +
                                        R"(","destination":"spine/../../evil","digest":")" +
                                        items[0].digest + R"(","size":2,"done":true})" +
                                        "\nnot json\n[1,2]\n{\"source\":5}\n{\"sour"));
        IR_EXPORT(report, items, m_place->options());
        QVERIFY(report.isComplete());
        QVERIFY(tree(m_place->out()) == (Tree{{"spine/a.dcm", "AA"}}));
        QVERIFY(!fs::exists(m_place->root() / "evil"));
    }

private:
    std::vector<ExportItem> threeFiles() const
    {
        return {m_place->add("a.dcm", "spine", "AA"), m_place->add("x/IM2", "spine", "BBB"),
                m_place->add("c.png", "adult_chest", "C")};
    }

    /// Destination → status, decided_by
    static std::map<std::string, std::pair<std::string, std::string>> manifest(const ExportReport& report)
    {
        std::map<std::string, std::pair<std::string, std::string>> rows;
        const auto table = CsvTable::read(report.manifestCsv);
        for (std::size_t row = 0; table && row < table->rows(); ++row)
            rows[table->at(row, "destination")] = {table->at(row, "status"),
                                                   table->at(row, "decided_by")};
        return rows;
    }

    std::unique_ptr<ExportPlace> m_place;
};

QTEST_GUILESS_MAIN(TestSortedExport)
#include "test_sortedexport.moc"
