#include "exporting/sortedexport.h"
#include "exporting/trainingset.h"

#include "exporting/exportbuilder.h"
#include "exporting/otherdisk.h"

#include <sys/statvfs.h>

using namespace ir;
using namespace ir::test;

namespace {

constexpr std::size_t kFileBytes = 512 << 10;

std::string content(int i)
{
    return std::to_string(i) + std::string(kFileBytes, static_cast<char>('a' + i));
}

bool ownMounts = false; ///< whether SmallDisk can be had

} // namespace

/// Declares `disk` with room for `bytes`.
#define IR_SMALL_DISK(disk, bytes)                                                                 \
    const SmallDisk disk(ownMounts ? (bytes) : 0);                                                 \
    if (!ownMounts || !disk.isMounted())                                                           \
    QSKIP("SKIPPED: this machine allows no mounts, not even private ones: full disks are not tested")

/// Exports to real other file systems: moves across them, and full ones.
class TestExportDisks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_place = std::make_unique<ExportPlace>();
        m_items.clear();
        m_contents.clear();
        for (int i = 0; i < 8; ++i) {
            const std::string name = "p" + std::to_string(i / 2) + "/" + std::to_string(i) + ".dcm";
            m_items.push_back(m_place->add(name, "spine", content(i)));
            m_contents["spine/" + std::to_string(i) + ".dcm"] = content(i);
        }
    }

    void aMoveToAnotherDiskLeavesEachOriginalAtOnePlace()
    {
        const auto disk = folderOnAnotherDisk(m_place->root());
        if (!disk)
            QSKIP("SKIPPED: no second file system that can be written: moving across disks is not tested");
        auto options = m_place->options(ExportMode::Move);
        options.destination = fs::path(disk->path().toStdString()) / "out";
        const auto time = fs::last_write_time(m_items[3].source);

        const auto plan = planSortedExport(m_items, options);
        QVERIFY(plan);
        QVERIFY(plan->bytesToWrite > 8 * kFileBytes); // a move within a disk writes nothing
        IR_EXPORT(report, m_items, options);
        QVERIFY(report.isComplete());
        QCOMPARE(report.exported, std::size_t(8));
        QCOMPARE(report.moved.size(), std::size_t(8));
        QVERIFY(tree(options.destination) == m_contents);
        QVERIFY(tree(m_place->in()).empty());
        QVERIFY(fs::last_write_time(options.destination / "spine/3.dcm") == time);

        IR_EXPORT(again, m_items, options);
        QVERIFY(again.isComplete());
        QCOMPARE(again.alreadyThere, std::size_t(8));
        QVERIFY(tree(options.destination) == m_contents);
    }

    void aMoveToAnotherDiskThatIsStoppedIsCompletedByTheNext()
    {
        const auto disk = folderOnAnotherDisk(m_place->root());
        if (!disk)
            QSKIP("SKIPPED: no second file system that can be written: moving across disks is not tested");
        auto options = m_place->options(ExportMode::Move);
        options.destination = fs::path(disk->path().toStdString()) / "out";
        const auto plan = planSortedExport(m_items, options);
        QVERIFY(plan);
        std::stop_source stop;
        const auto half = executeSortedExport(
            *plan,
            [&](const ExportProgress& progress) {
                if (progress.done == 3)
                    stop.request_stop();
            },
            stop.get_token());
        QVERIFY(half && half->cancelled);
        QCOMPARE(tree(options.destination).size() + tree(m_place->in()).size(), std::size_t(8));
        QCOMPARE(half->moved.size(), tree(options.destination).size());

        IR_EXPORT(rest, m_items, options);
        QVERIFY(rest.isComplete());
        QVERIFY(tree(options.destination) == m_contents);
        QVERIFY(tree(m_place->in()).empty());
    }

    void hardLinksToAnotherDiskAreRefusedInWords()
    {
        const auto disk = folderOnAnotherDisk(m_place->root());
        if (!disk)
            QSKIP("SKIPPED: no second file system that can be written: links across disks are not tested");
        auto options = m_place->options(ExportMode::HardLink);
        options.destination = fs::path(disk->path().toStdString()) / "out";
        const auto plan = planSortedExport(m_items, options);
        QVERIFY(plan);
        std::string told = plan->problem;
        if (told.empty())
            told = executeSortedExport(*plan)->error;
        QVERIFY2(told.find("choose copies") != std::string::npos, told.c_str());
        QVERIFY(tree(options.destination).empty());
        QCOMPARE(tree(m_place->in()).size(), std::size_t(8));
    }

    void aDiskThatIsTooSmallIsToldBeforeAnythingIsWritten()
    {
        IR_SMALL_DISK(disk, 1 << 20);
        auto options = m_place->options();
        options.destination = disk.root() / "out";
        const auto plan = planSortedExport(m_items, options);
        QVERIFY(plan);
        QVERIFY(!plan->problem.empty());
        QVERIFY2(plan->problem.find(" 0.0 ") == std::string::npos, plan->problem.c_str());
        QVERIFY(!executeSortedExport(*plan));
        QVERIFY(!fs::exists(options.destination));
    }

    void aDiskThatFillsUpStopsTheExportAndTheNextCompletesIt_data()
    {
        QTest::addColumn<int>("mode");
        QTest::newRow("copy") << int(ExportMode::Copy);
        QTest::newRow("move") << int(ExportMode::Move);
    }
    void aDiskThatFillsUpStopsTheExportAndTheNextCompletesIt()
    {
        QFETCH(int, mode);
        IR_SMALL_DISK(disk, 16 << 20);
        auto options = m_place->options(static_cast<ExportMode>(mode));
        options.destination = disk.root() / "out";
        const auto plan = planSortedExport(m_items, options);
        QVERIFY(plan && plan->problem.empty());
        const fs::path ballast = disk.root() / "ballast";
        leaveFree(disk, ballast, 3 * kFileBytes); // since the plan was made, others wrote to it

        const auto report = executeSortedExport(*plan);
        QVERIFY(report);
        QVERIFY2(report->error.find("full") != std::string::npos, report->error.c_str());
        QVERIFY(!report->isComplete());
        const auto written = tree(options.destination);
        QVERIFY(!written.empty() && written.size() < 8);
        for (const auto& [name, bytes] : written)
            QVERIFY2(bytes == m_contents.at(name), name.c_str()); // whole or not at all
        const std::size_t left = tree(m_place->in()).size();
        QCOMPARE(left, options.mode == ExportMode::Move ? 8 - written.size() : std::size_t(8));

        fs::remove(ballast);
        IR_EXPORT(rest, m_items, options);
        QVERIFY(rest.isComplete());
        QVERIFY(tree(options.destination) == m_contents);
        QVERIFY(!fs::exists(options.destination / ".imaging-router-export" / "file.part"));
    }

    void aDiskThatFillsUpStopsATrainingSetToo()
    {
        IR_SMALL_DISK(disk, 4 << 20);
        TrainingExportOptions options;
        options.destination = disk.root() / "set";
        options.labels = TrainingLabels::All;
        std::vector<TrainingItem> items;
        for (const ExportItem& item : m_items)
            items.push_back({.source = item.source, .label = "spine", .digest = item.digest, .owner = {}});
        const auto write = [&] {
            return exportTrainingSet(
                items, options, [](const fs::path&, int) { return Result<GrayImage>(GrayImage(8, 8)); },
                [](const GrayImage&) { return std::string(kFileBytes, 'p'); });
        };
        const fs::path ballast = disk.root() / "ballast";
        leaveFree(disk, ballast, 3 * kFileBytes);
        const auto report = write();
        QVERIFY(report);
        QVERIFY(!report->error.empty());
        for (const auto& [name, bytes] : tree(options.destination))
            QCOMPARE(bytes.size(), kFileBytes);
        fs::remove(ballast);
        options.size = 64;
        items.resize(5); // as many as there is room for
        const auto rest = write();
        QVERIFY(rest && rest->error.empty());
        QCOMPARE(tree(options.destination).size(), std::size_t(5));
    }

private:
    static void leaveFree(const SmallDisk& disk, const fs::path& ballast, std::size_t bytes)
    {
        struct statvfs info{};
        QCOMPARE(::statvfs(disk.root().c_str(), &info), 0);
        const std::size_t free = info.f_bavail * info.f_frsize;
        QVERIFY(free > bytes);
        QVERIFY(writeFileAtomically(ballast, std::string(free - bytes, 'b')));
    }

    std::unique_ptr<ExportPlace> m_place;
    std::vector<ExportItem> m_items;
    std::map<std::string, std::string> m_contents; ///< what an export makes
};

int main(int argc, char** argv)
{
    ownMounts = enterOwnMountNamespace(); // before there are threads
    QCoreApplication app(argc, argv);
    TestExportDisks test;
    return QTest::qExec(&test, argc, argv);
}
#include "test_exportdisks.moc"
