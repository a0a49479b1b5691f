#include "base/atomicfile.h"
#include "dataset/dataset.h"
#include "dataset/datasettable.h"

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

namespace fs = std::filesystem;

class TestDataset : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;

    [[nodiscard]] fs::path at(const char* name) const
    {
        return m_dir.filePath(QString::fromLatin1(name)).toStdString();
    }
    [[nodiscard]] ir::Result<ir::Dataset> read(const std::string& text) const
    {
        const auto written = ir::writeFileAtomically(at("m.csv"), text);
        if (!written)
            qFatal("%s", written.error().message.c_str());
        return ir::Dataset::read(at("m.csv"));
    }

private Q_SLOTS:
    void readsWhatIsThere()
    {
        const auto dataset = read("path,label,group,split,source,age\na.png,spine,p1,train,s,7\n"
                                  "b.png,others,,,,\n");
        QVERIFY2(dataset, dataset ? "" : dataset.error().message.c_str());
        QCOMPARE(dataset->images.size(), std::size_t(2));
        QCOMPARE(dataset->images[0].group, std::string("p1"));
        QCOMPARE(dataset->images[1].group, std::string("b.png"));
        QCOMPARE(dataset->fileOf(dataset->images[0]), at("a.png"));
    }

    void refusesWhatIsNoDataset()
    {
        for (const char* text :
             {"path\na.png\n", "label\nspine\n", "path,label\n", "path,label\na.png,spine\na.png,others\n"})
            QVERIFY2(!read(text), text);
        QVERIFY(!ir::Dataset::read(at("absent.csv")));
        QVERIFY(read("path,label\na.png,spine\na.png,others\n").error().message.find("twice") !=
                std::string::npos);
    }

    void writingKeepsOtherColumnsAndReplacesTheSplit()
    {
        const auto dataset = read("path,label,split,note\na.png,spine,old,\"x, y\"\nb.png,others,,z\n");
        QVERIFY(dataset);
        QVERIFY(ir::writeManifest(*dataset, {"train", "test"}, at("out.csv")));
        QCOMPARE(ir::readFile(at("out.csv")).value(),
                 std::string("path,label,split,note\na.png,spine,train,\"x, y\"\nb.png,others,test,z\n"));
    }

    void writingElsewhereLetsPathsStartThere()
    {
        QVERIFY(QDir(m_dir.path()).mkpath(QStringLiteral("sub/deep")));
        const auto dataset = read("path,label\nimages/a.png,spine\n/data/b.png,others\n");
        QVERIFY(dataset);
        QVERIFY(ir::writeManifest(*dataset, {"train", "val"}, at("sub/deep/out.csv")));
        QCOMPARE(ir::readFile(at("sub/deep/out.csv")).value(),
                 std::string("path,label,split\n../../images/a.png,spine,train\n/data/b.png,others,val\n"));
        QVERIFY(!ir::writeManifest(*dataset, {"train", "val"}, at("no/such/out.csv")));
    }

    void theTableCountsInThePapersOrder()
    {
        const auto dataset = read("path,label,split\n1,zebra,test\n2,spine,val\n3,spine,train\n"
                                  "4,abdominal,external\n5,spine,train\n");
        QVERIFY(dataset);
        const ir::DatasetTable table = ir::tabulate(dataset->images);
        QCOMPARE(table.classes, (std::vector<std::string>{"abdominal", "spine", "zebra"}));
        QCOMPARE(table.splits, (std::vector<std::string>{"train", "val", "test", "external"}));
        QCOMPARE(table.at(1, "train"), std::size_t(2));
        QCOMPARE(table.at(1, "nowhere"), std::size_t(0));
        QCOMPARE(table.ofClass(1), std::size_t(3));
        QCOMPARE(table.ofSplit(0), std::size_t(2));
        QCOMPARE(table.total(), std::size_t(5));
    }
};

QTEST_GUILESS_MAIN(TestDataset)
#include "test_dataset.moc"
