// The store of adopted models. ctest gives this program a data directory of its own.

#include "nn/modelstore.h"
#include "nn/modelversions.h"

#include "base/atomicfile.h"
#include "support/randommodel.h"

#include <QTemporaryDir>
#include <QtTest>

namespace fs = std::filesystem;

class TestModelVersions : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;

    fs::path model(std::uint32_t seed, const std::string& recipe = "{}")
    {
        ir::test::RandomModel random(seed);
        random.info.recipe = recipe;
        random.info.metrics = "{\"validation\":{\"macro_f1\":0.9}}";
        return random.writeTo(m_dir.filePath(QStringLiteral("net%1.safetensors").arg(seed)));
    }

    static std::string digestOf(const fs::path& path)
    {
        const auto info = ir::readModelInfo(path);
        return info ? info->digest : std::string();
    }

private Q_SLOTS:
    void init()
    {
        qputenv("XDG_DATA_HOME", m_dir.filePath(QStringLiteral("data")).toLocal8Bit());
        fs::remove_all(ir::userModelsFolder());
    }

    void anEmptyStoreUsesTheShippedModel()
    {
        QVERIFY(ir::modelVersions()->empty());
        QVERIFY(!ir::hasPreviousModel());
        QCOMPARE(ir::currentModel()->string(), ir::findModel(ir::kDefaultModel)->string());
        QVERIFY(!ir::restoreModel("previous"));
        QVERIFY(!fs::exists(ir::userModelsFolder()));
    }

    void anAdoptedModelIsKeptAndUsed()
    {
        const fs::path first = model(1);
        const std::string parent = digestOf(first);
        const fs::path second = model(2, "{\"init_digest\":\"" + parent + "\"}");
        const auto adopted = ir::adoptModel(second, "chests / of ../ ours");
        QVERIFY2(adopted.has_value(), adopted ? "" : adopted.error().message.c_str());
        QCOMPARE(adopted->digest, digestOf(second));
        QCOMPARE(adopted->parent, parent);
        QCOMPARE(adopted->path.parent_path(), ir::userModelsFolder());
        QVERIFY(adopted->name.starts_with("chestsof"));
        QVERIFY(adopted->metrics.find("macro_f1") != std::string::npos);
        fs::remove(second); // the store has its own copy
        QCOMPARE(digestOf(*ir::findModel()), adopted->digest);
        QCOMPARE(ir::findModel(adopted->name)->string(), adopted->path.string());
        QVERIFY(ir::modelVersions()->front().isCurrent);
    }

    void previousGoesBackAndForth()
    {
        const std::string one = ir::adoptModel(model(1))->digest;
        const std::string two = ir::adoptModel(model(2))->digest;
        const auto current = [] { return digestOf(*ir::currentModel()); };
        QCOMPARE(current(), two);
        QVERIFY(ir::restoreModel("previous"));
        QCOMPARE(current(), one);
        QVERIFY(ir::restoreModel("previous"));
        QCOMPARE(current(), two);
        QVERIFY(ir::restoreModel("shipped"));
        QCOMPARE(current(), digestOf(*ir::findModel(ir::kDefaultModel)));
        QVERIFY(ir::restoreModel(one.substr(0, 12)));
        QCOMPARE(current(), one);
        QVERIFY(!ir::restoreModel("0000"));
        QCOMPARE(current(), one);
    }

    void theSameFileIsOneVersion()
    {
        const fs::path file = model(3);
        QVERIFY(ir::adoptModel(file));
        QVERIFY(ir::adoptModel(file));
        QCOMPARE(ir::modelVersions()->size(), std::size_t{1});
    }

    void whatIsNoWeightsFileIsRefused()
    {
        const fs::path file = m_dir.filePath(QStringLiteral("text.safetensors")).toStdString();
        QVERIFY(ir::writeFileAtomically(file, "not weights"));
        QVERIFY(!ir::adoptModel(file));
        QVERIFY(ir::modelVersions()->empty());
    }

    void aLostFileIsSaidAndThereIsAWayBack()
    {
        const fs::path file = model(4);
        const auto adopted = ir::adoptModel(file);
        fs::remove(adopted->path);
        QVERIFY(ir::modelVersions()->front().isMissing);
        const auto current = ir::currentModel();
        QVERIFY(!current);
        QVERIFY(current.error().message.find("restore shipped") != std::string::npos);
        QVERIFY(ir::adoptModel(file)); // put back
        QVERIFY(ir::currentModel());
        fs::remove(adopted->path);
        QVERIFY(ir::restoreModel("shipped"));
        QVERIFY(ir::currentModel());
    }

    void aDamagedLogIsReported()
    {
        QVERIFY(ir::adoptModel(model(5)));
        const fs::path log = ir::userModelsFolder() / "versions.json";
        QVERIFY(ir::writeFileAtomically(log, "{"));
        QVERIFY(!ir::modelVersions());
        QVERIFY(!ir::findModel());
        QVERIFY(ir::writeFileAtomically(
            log, "{\"versions\":[{\"name\":\"../x\",\"digest\":\"d\",\"parent\":\"\",\"adopted\":\"\","
                 "\"metrics\":\"\"}],\"switches\":[]}"));
        QVERIFY(!ir::modelVersions());
    }
};

QTEST_GUILESS_MAIN(TestModelVersions)
#include "test_modelversions.moc"
