#include "base/atomicfile.h"
#include "catalog/catalog.h"
#include "evaluation/labelledset.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace Qt::StringLiterals;

class TestLabelledSet : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;

    [[nodiscard]] std::filesystem::path at(const char* name) const
    {
        return m_dir.filePath(QString::fromLatin1(name)).toStdString();
    }
    [[nodiscard]] ir::Result<ir::LabelledSet> read(const std::string& text, const std::string& split = {},
                                                   const std::vector<std::string>& columns = {}) const
    {
        const auto written = ir::writeFileAtomically(at("m.csv"), text);
        if (!written)
            qFatal("%s", written.error().message.c_str());
        return ir::LabelledSet::fromManifest(at("m.csv"), split, columns);
    }

private Q_SLOTS:
    void aManifestsColumnsAreTakenOver()
    {
        const auto set = read("path,label,split,source,age\na/1.png,spine,test,s,7\nb,others,train,t,8\n",
                              "test", {"age", "absent"});
        QVERIFY2(set, set ? "" : set.error().message.c_str());
        QCOMPARE(set->columns, (std::vector<std::string>{"age", "source"}));
        QCOMPARE(set->images.size(), std::size_t(1));
        QCOMPARE(set->images[0].file, at("a/1.png"));
        QCOMPARE(set->images[0].values, (std::vector<std::string>{"7", "s"}));
    }

    void manifestsWithoutImagesAreRefused()
    {
        QVERIFY(!read("path\n1\n"));
        QVERIFY(!read("path,label\n"));
        QVERIFY(!read("path,label\n1,spine\n", "test"));
        QVERIFY(!read("path,label,split\n1,spine,train\n", "test"));
        QVERIFY(!ir::LabelledSet::fromManifest(at("absent.csv")));
    }

    void anImageListedTwiceIsRefused()
    {
        const std::string text = "path,label,split\na.png,spine,test\nb.png,spine,train\nb.png,others,train\n";
        QVERIFY(read(text, "test")); // what is not measured does no harm
        const auto set = read(text);
        QVERIFY(!set);
        QVERIFY2(set.error().message.find("b.png twice") != std::string::npos, set.error().message.c_str());
    }

    void aCatalogGivesWhatPeopleLabelled()
    {
        const auto path = at("c.sqlite");
        {
            auto catalog = ir::Catalog::open(QString::fromStdString(path.string()));
            QVERIFY(catalog);
            QVector<ir::FileResult> results;
            for (int i = 0; i < 3; ++i) {
                ir::FileResult result;
                result.file = {u"/archive/%1.dcm"_s.arg(i), 10, 1};
                result.status = ir::FileStatus::Ok;
                result.digest = std::string(64, static_cast<char>('a' + i));
                result.facts.sopInstanceUid = "1.2." + std::to_string(i);
                results.push_back(result);
            }
            QVector<ir::ScannedFile> files;
            for (const auto& result : results)
                files.push_back(result.file);
            QVERIFY((*catalog)->registerFiles(files, {}));
            const auto stored = (*catalog)->storeResults(results);
            QVERIFY(stored);
            QVERIFY(!ir::LabelledSet::fromCatalog(path)); // nobody labelled anything
            QSignalSpy changed(catalog->get(), &ir::Catalog::labelsChanged);
            (*catalog)->setLabel({(*stored)[1].imageId}, u"spine"_s, u"anna"_s);
            QTRY_COMPARE(changed.size(), 1);
        }
        const auto set = ir::LabelledSet::fromCatalog(path);
        QVERIFY2(set, set ? "" : set.error().message.c_str());
        QCOMPARE(set->images.size(), std::size_t(1));
        QCOMPARE(set->images[0].path, std::string("/archive/1.dcm"));
        QCOMPARE(set->images[0].label, std::string("spine"));
    }

    void noCatalogIsMade()
    {
        QVERIFY(!ir::LabelledSet::fromCatalog(at("none.sqlite")));
        QVERIFY(!std::filesystem::exists(at("none.sqlite")));
    }
};

QTEST_GUILESS_MAIN(TestLabelledSet)
#include "test_labelledset.moc"
