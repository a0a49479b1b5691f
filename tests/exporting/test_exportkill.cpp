#include "exportbuilder.h"

#include <QCoreApplication>
#include <QProcess>
#include <QRandomGenerator>

#include <set>

using namespace ir;
using namespace ir::test;

namespace {

constexpr int fileCount = 40;

std::string contentOf(int i)
{
    return std::to_string(i) + std::string(20'000, static_cast<char>('a' + i % 26));
}

/// Files of equal names in many folders, so that their numbering matters.
std::vector<ExportItem> itemsIn(const fs::path& in)
{
    std::vector<ExportItem> items;
    for (int i = 0; i < fileCount; ++i) {
        ExportItem item;
        item.source = in / std::to_string(i) / "IM.dcm";
        item.className = i % 2 == 0 ? "spine" : "others";
        item.digest = sha256(contentOf(i));
        items.push_back(item);
    }
    return items;
}

/// The child: exports all of "in" to "out" and says so, unless it is killed before.
int exportAll(const fs::path& root, ExportMode mode)
{
    SortedExportOptions options;
    options.destination = root / "out";
    options.mode = mode;
    const auto plan = planSortedExport(itemsIn(root / "in"), options);
    if (!plan)
        return 1;
    const auto report = executeSortedExport(*plan);
    return report && report->isComplete() ? 0 : 1;
}

} // namespace

class TestExportKill : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anExportKilledAtAnyTimeIsCompletedByTheNext_data()
    {
        QTest::addColumn<int>("mode");
        QTest::newRow("copy") << int(ExportMode::Copy);
        QTest::newRow("move") << int(ExportMode::Move);
        QTest::newRow("hard link") << int(ExportMode::HardLink);
    }
    void anExportKilledAtAnyTimeIsCompletedByTheNext()
    {
        QFETCH(int, mode);
        const ExportPlace place;
        for (int i = 0; i < fileCount; ++i)
            place.add(std::to_string(i) + "/IM.dcm", "", contentOf(i));
        int kills = 0;
        for (int round = 0; round < 15; ++round) {
            QProcess child;
            child.start(QCoreApplication::applicationFilePath(),
                        {QStringLiteral("--export-all"), QString::fromStdString(place.root().string()),
                         QString::number(mode)});
            QVERIFY(child.waitForStarted());
            // Early at first: a move that was let finish leaves the later rounds nothing to do.
            QTest::qSleep(QRandomGenerator::global()->bounded(1, 4 * (round + 1) + 1));
            child.kill(); // SIGKILL
            QVERIFY(child.waitForFinished());
            kills += child.exitStatus() == QProcess::CrashExit ? 1 : 0;
            everyImageIsSomewhere(place);
        }
        QVERIFY(kills > 0);
        QCOMPARE(exportAll(place.root(), static_cast<ExportMode>(mode)), 0);
        const auto out = tree(place.out());
        QCOMPARE(out.size(), std::size_t(fileCount));
        std::multiset<std::string> contents;
        for (const auto& [path, content] : out)
            contents.insert(content);
        for (int i = 0; i < fileCount; ++i)
            QCOMPARE(contents.count(contentOf(i)), std::size_t(1));
        QCOMPARE(tree(place.in()).size(),
                 std::size_t(mode == int(ExportMode::Move) ? 0 : fileCount));
        // And once more: nothing is left to do.
        QCOMPARE(exportAll(place.root(), static_cast<ExportMode>(mode)), 0);
        QVERIFY(tree(place.out()) == out);
    }

private:
    static void everyImageIsSomewhere(const ExportPlace& place)
    {
        std::set<std::string> contents;
        for (const auto& folder : {place.in(), place.out()})
            for (const auto& [path, content] : tree(folder))
                contents.insert(content);
        for (int i = 0; i < fileCount; ++i)
            QVERIFY2(contents.contains(contentOf(i)), qPrintable(QString::number(i)));
        QCOMPARE(contents.size(), std::size_t(fileCount)); // and no half of one
    }
};

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 4 && arguments[1] == QLatin1String("--export-all"))
        return exportAll(arguments[2].toStdString(), static_cast<ExportMode>(arguments[3].toInt()));
    TestExportKill test;
    return QTest::qExec(&test, argc, argv);
}

#include "test_exportkill.moc"
