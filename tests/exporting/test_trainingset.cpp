#include "exporting/trainingset.h"

#include "base/atomicfile.h"
#include "base/csv.h"
#include "base/digest.h"

#include <QTemporaryDir>
#include <QtTest>

#include <set>

using namespace ir;
namespace fs = std::filesystem;

namespace {

TrainingItem item(const std::string& name, const std::string& label, DecidedBy decidedBy,
                  const std::string& owner)
{
    TrainingItem made;
    made.source = "/archive/" + name;
    made.label = label;
    made.decidedBy = decidedBy;
    made.digest = sha256(name);
    made.owner = owner;
    return made;
}

/// White, 200 × 100; "broken" cannot be read.
Result<GrayImage> whiteImage(const fs::path& file, int)
{
    if (file.filename() == "broken")
        return failure("It is broken.");
    return GrayImage(200, 100, 255);
}

/// Width, height and pixels, as plain bytes.
std::string encodePlain(const GrayImage& image)
{
    return std::to_string(image.width) + 'x' + std::to_string(image.height) + ':' +
           std::string(image.pixels.begin(), image.pixels.end());
}

} // namespace

class TestTrainingSet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_options.destination = m_dir->path().toStdString();
        m_options.labels = TrainingLabels::All;
        m_options.size = 64;
    }

    void theLabelsAskedForAreTaken_data()
    {
        QTest::addColumn<int>("labels");
        QTest::addColumn<int>("count");
        QTest::newRow("corrected") << int(TrainingLabels::Corrected) << 1;
        QTest::newRow("by people") << int(TrainingLabels::ByPeople) << 2;
        QTest::newRow("all") << int(TrainingLabels::All) << 3;
    }
    void theLabelsAskedForAreTaken()
    {
        QFETCH(int, labels);
        QFETCH(int, count);
        m_options.labels = static_cast<TrainingLabels>(labels);
        std::vector items{item("a", "spine", DecidedBy::Corrected, "p"),
                          item("b", "spine", DecidedBy::Confirmed, "p"),
                          item("c", "spine", DecidedBy::Model, "p"),
                          item("d", "spine", DecidedBy::Model, "p")};
        items[3].needsReview = true;
        const auto report = run(items);
        QVERIFY(report);
        QCOMPARE(report->countByLabel.at("spine"), std::size_t(count));
        QCOMPARE(report->skipped, std::size_t(4 - count));
        QCOMPARE(CsvTable::read(report->manifest)->rows(), std::size_t(count));
    }

    void imagesAreLetterboxedAndNamedInTheManifest()
    {
        const auto report = run({item("a", "adult_chest", DecidedBy::Model, "p")});
        const auto table = CsvTable::read(report->manifest);
        QVERIFY(table);
        QCOMPARE(table->at(0, "label"), std::string("adult_chest"));
        QCOMPARE(table->at(0, "path"), "images/adult_chest/" + sha256("a") + ".png");
        const auto bytes = readFile(m_options.destination / table->at(0, "path"));
        QVERIFY(bytes);
        QVERIFY(bytes->starts_with("64x64:"));
        const std::string pixels = bytes->substr(6);
        QCOMPARE(pixels.size(), std::size_t(64 * 64));
        QCOMPARE(pixels[0], '\0');                 // above
        QCOMPARE(pixels[15 * 64 + 32], '\0');      // the last row above
        QCOMPARE(pixels[16 * 64], '\xff');         // 64 × 32 in the middle
        QCOMPARE(pixels[47 * 64 + 63], '\xff');
        QCOMPARE(pixels[48 * 64], '\0');
    }

    void groupsAreHashedAndNeverStraddleASplit()
    {
        std::vector<TrainingItem> items;
        for (int i = 0; i < 240; ++i)
            items.push_back(item(std::to_string(i), "spine", DecidedBy::Model,
                                 "patient " + std::to_string(i / 3)));
        const auto report = run(items);
        const auto text = readFile(report->manifest);
        QVERIFY(text->find("patient") == std::string::npos);
        const auto table = CsvTable::read(report->manifest);
        std::map<std::string, std::set<std::string>> splits;
        for (std::size_t row = 0; row < table->rows(); ++row)
            splits[table->at(row, "group")].insert(table->at(row, "split"));
        QCOMPARE(splits.size(), std::size_t(80));
        for (const auto& [group, names] : splits)
            QCOMPARE(names.size(), std::size_t(1));
        QCOMPARE(report->countBySplit.size(), std::size_t(3));
        QVERIFY(report->countBySplit.at("train") > 150);
    }

    void theSplitOfAPatientIsTheSameInEveryExport()
    {
        std::vector<TrainingItem> items;
        for (int i = 0; i < 30; ++i)
            items.push_back(item(std::to_string(i), "spine", DecidedBy::Model, std::to_string(i)));
        const auto first = CsvTable::read(run(items)->manifest);
        QTemporaryDir other;
        m_options.destination = other.path().toStdString();
        const auto second = CsvTable::read(run(items)->manifest);
        for (std::size_t row = 0; row < first->rows(); ++row) {
            QCOMPARE(second->at(row, "split"), first->at(row, "split"));
            QVERIFY(second->at(row, "group") != first->at(row, "group"));
        }
    }

    void copiesAreTakenOnceAndBrokenFilesAreTold()
    {
        auto copy = item("a", "spine", DecidedBy::Model, "p");
        copy.source = "/elsewhere/a";
        const auto report = run({item("a", "spine", DecidedBy::Model, "p"), copy,
                                 item("broken", "spine", DecidedBy::Model, "p")});
        QCOMPARE(report->duplicates, std::size_t(1));
        QCOMPARE(report->failed.size(), std::size_t(1));
        QCOMPARE(report->failed[0].second, std::string("It is broken."));
        QCOMPARE(CsvTable::read(report->manifest)->rows(), std::size_t(1));
    }

    void thePlanSaysWhatWouldBeWrittenAndWritesNothing()
    {
        m_options.labels = TrainingLabels::ByPeople;
        std::vector items{item("a", "spine", DecidedBy::Corrected, "p"),
                          item("b", "others", DecidedBy::Confirmed, "q"),
                          item("c", "spine", DecidedBy::Model, "r"),
                          item("a", "spine", DecidedBy::Corrected, "p"),
                          item("d", "spine", DecidedBy::Corrected, "s")};
        items[4].digest.clear();
        const auto plan = planTrainingSet(items, m_options);
        QVERIFY(fs::is_empty(m_options.destination));
        QCOMPARE(plan.skipped, std::size_t(1));
        QCOMPARE(plan.duplicates, std::size_t(1));
        QCOMPARE(plan.notRead, std::size_t(1));
        QCOMPARE(plan.alreadyThere, std::size_t(0));

        const auto report = run(items);
        QVERIFY(plan.countByLabel == report->countByLabel);
        QVERIFY(plan.countBySplit == report->countBySplit);
        QCOMPARE(plan.countByLabel.at("spine"), std::size_t(1));
        QCOMPARE(planTrainingSet(items, m_options).alreadyThere, std::size_t(2));
    }

    void aSecondRunDecodesNothingAgain()
    {
        const std::vector items{item("a", "spine", DecidedBy::Model, "p")};
        const auto first = readFile(run(items)->manifest);
        int decoded = 0;
        const auto report = exportTrainingSet(
            items, m_options,
            [&](const fs::path& file, int side) {
                ++decoded;
                return whiteImage(file, side);
            },
            encodePlain);
        QCOMPARE(decoded, 0);
        QCOMPARE(readFile(report->manifest).value(), *first);
    }

    void aPlaceThatCannotBeWrittenIsTold()
    {
        m_options.destination = "/proc/training";
        const auto report = run({});
        QVERIFY(!report);
        QVERIFY(report.error().message.find("/proc/training") != std::string::npos);
    }

private:
    Result<TrainingExportReport> run(const std::vector<TrainingItem>& items) const
    {
        return exportTrainingSet(items, m_options, whiteImage, encodePlain);
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    TrainingExportOptions m_options;
};

QTEST_GUILESS_MAIN(TestTrainingSet)
#include "test_trainingset.moc"
