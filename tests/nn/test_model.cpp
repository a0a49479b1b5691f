#include "nn/architectures/registry.h"
#include "nn/modelinfo.h"
#include "nn/outlier.h"

#include <QTemporaryDir>
#include <QtTest>

#include <set>

using ir::ModelInfo;
using ir::Safetensors;

namespace {

/// Weights of the right shapes for an architecture, all 0.01.
struct Weights
{
    std::vector<std::vector<float>> values;
    std::vector<Safetensors::Entry> entries;
};

Weights weightsFor(const std::string& architecture, int classes)
{
    Weights weights;
    const auto specs = ir::tensorSpecs(architecture, classes);
    for (const ir::TensorSpec& spec : specs)
        weights.values.emplace_back(static_cast<std::size_t>(ir::elementCount(spec.shape)), 0.01F);
    for (std::size_t i = 0; i < specs.size(); ++i)
        weights.entries.push_back({specs[i].name, Safetensors::Type::F32, specs[i].shape,
                                   std::as_bytes(std::span(weights.values[i]))});
    return weights;
}

ModelInfo someInfo()
{
    ModelInfo info;
    info.architecture = "mobilenet_v1";
    info.classes = {"abdominal", "adult_chest", "pediatric_chest", "spine", "others"};
    info.input = {192, ir::Fit::Squash, true, true, 0.25F, 0.125F, true};
    info.temperature = 1.0 / 3;
    info.reviewThreshold = 0.7;
    info.outlierThreshold = 12.5;
    info.trainingDataDigest = "abc";
    info.recipe = "{\"seed\":1}";
    info.metrics = "{}";
    return info;
}

} // namespace

class TestModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void mobileNetV1HasThePapersParameters()
    {
        QCOMPARE(ir::parameterCount("mobilenet_v1", 5), std::int64_t{3'212'101});
        // 1000 classes: 4.23 million, as the paper's table 4 gives it.
        QCOMPARE(ir::parameterCount("mobilenet_v1", 1000), std::int64_t{4'231'976});
        QCOMPARE(ir::findArchitecture("mobilenet_v1")->featureCount, 1024);
        QVERIFY(!ir::findArchitecture("mobilenet_v9"));
        QVERIFY(ir::tensorSpecs("mobilenet_v9", 5).empty());
    }

    void tensorNamesAreStable()
    {
        // Files in the field hold these names; a change here orphans them.
        std::set<std::string> names;
        for (const auto& spec : ir::tensorSpecs("mobilenet_v1", 5))
            names.insert(spec.name);
        QCOMPARE(names.size(), std::size_t{27 * 5 + 2});
        for (const char* name : {"stem.conv.weight", "stem.bn.weight", "stem.bn.running_var",
                                 "blocks.0.depthwise.conv.weight", "blocks.12.pointwise.bn.running_mean",
                                 "classifier.weight", "classifier.bias"})
            QVERIFY2(names.contains(name), name);
    }

    void metadataComesBackExactly()
    {
        const ModelInfo info = someInfo();
        const auto back = ir::modelInfoFromMetadata(ir::metadataOf(info), "f");
        QVERIFY2(back.has_value(), back ? "" : back.error().message.c_str());
        QVERIFY(back->input == info.input);
        QCOMPARE(back->classes, info.classes);
        QCOMPARE(back->temperature, info.temperature);
        QCOMPARE(back->reviewThreshold, info.reviewThreshold);
        QCOMPARE(back->outlierThreshold, info.outlierThreshold);
        QCOMPARE(back->recipe, info.recipe);
        QCOMPARE(back->parameterCount, std::int64_t{3'212'101});
        ModelInfo unlimited = info;
        unlimited.outlierThreshold = std::numeric_limits<double>::infinity();
        QCOMPARE(ir::modelInfoFromMetadata(ir::metadataOf(unlimited), "f")->outlierThreshold,
                 unlimited.outlierThreshold);
    }

    void refusesSenselessMetadata_data()
    {
        QTest::addColumn<std::string>("key");
        QTest::addColumn<std::string>("value");
        const auto row = [](const char* key, const char* value) {
            QTest::addRow("%s=%.20s", key, value) << std::string(key) << std::string(value);
        };
        row("format", "imaging-router-2");
        row("architecture", "resnet_9000");
        row("classes", "");
        row("classes", "[\"one\"]");
        row("classes", "[\"a\",\"a\"]");
        row("classes", "[\"a\",2]");
        row("classes", "{\"a\":1}");
        row("input_size", "0");
        row("input_size", "224.5");
        row("input_size", "1000000");
        row("input_size", "224 ");
        row("fit", "crop");
        row("crop_margins", "maybe");
        row("stretch_greys", "");
        row("mirror", "maybe");
        row("stddev", "0");
        row("mean", "nan");
        row("temperature", "-1");
        row("temperature", "inf");
        row("review_threshold", "1.5");
        row("outlier_threshold", "-1");
    }
    void refusesSenselessMetadata()
    {
        QFETCH(std::string, key);
        QFETCH(std::string, value);
        auto metadata = ir::metadataOf(someInfo());
        metadata[key] = value;
        auto info = ir::modelInfoFromMetadata(metadata, "bad.safetensors");
        QVERIFY(!info);
        QVERIFY2(info.error().message.find("bad.safetensors") != std::string::npos,
                 info.error().message.c_str());
        metadata.erase(key);
        const bool optional = key == "mirror"; // files from before have none
        QCOMPARE(ir::modelInfoFromMetadata(metadata, "bad.safetensors").has_value(), optional);
    }

    void aWholeFileIsReadAndDigested()
    {
        QTemporaryDir dir;
        const std::filesystem::path path = dir.filePath(QStringLiteral("m.safetensors")).toStdString();
        const Weights weights = weightsFor("mobilenet_v1", 5);
        ModelInfo info = someInfo();
        QVERIFY(ir::writeModelFile(path, info, weights.entries));
        const auto read = ir::readModelInfo(path);
        QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
        QCOMPARE(read->digest, info.digest);
        QCOMPARE(read->digest.size(), std::size_t{64});
        QCOMPARE(read->path, path);
    }

    void filesThatDoNotFitTheArchitectureAreRefused()
    {
        QTemporaryDir dir;
        const std::filesystem::path path = dir.filePath(QStringLiteral("m.safetensors")).toStdString();
        const Weights five = weightsFor("mobilenet_v1", 5);
        ModelInfo info = someInfo();
        const auto refusal = [&](const std::vector<Safetensors::Entry>& entries) {
            if (!ir::writeModelFile(path, info, entries))
                return std::string("not written");
            const auto read = ir::readModelInfo(path);
            return read ? std::string() : read.error().message;
        };
        auto entries = five.entries;
        entries.pop_back();
        QVERIFY(refusal(entries).find("missing") != std::string::npos);

        const std::vector<float> one{1};
        entries = five.entries;
        entries.push_back({"surprise", Safetensors::Type::F32, {1}, std::as_bytes(std::span(one))});
        QVERIFY(refusal(entries).find("does not have") != std::string::npos);

        entries = five.entries;
        entries.push_back({std::string(ir::outlierCentres), Safetensors::Type::F32, {1},
                           std::as_bytes(std::span(one))});
        QVERIFY(refusal(entries).find("outlier") != std::string::npos);

        info.classes.pop_back(); // a classifier of five outputs for four classes
        QVERIFY(refusal(five.entries).find("classifier") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestModel)
#include "test_model.moc"
