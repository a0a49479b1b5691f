#include "nn/batches_p.h"
#include "nn/augment.h"
#include "nn/engine.h"
#include "nn/lanes_p.h"
#include "nn/modelstore.h"

#include "support/randommodel.h"
#include "unfoldednetwork.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <fstream>
#include <limits>
#include <numeric>
#include <random>

namespace {

using ir::test::randomImage;
using ir::test::RandomModel;

std::vector<ir::GrayImage> randomImages(std::uint32_t seed, int count)
{
    std::vector<ir::GrayImage> images;
    for (int i = 0; i < count; ++i)
        images.push_back(randomImage(seed + static_cast<std::uint32_t>(i), 90 + 17 * i, 140 - 7 * i));
    return images;
}

std::unique_ptr<ir::Engine> loaded(const std::filesystem::path& weights, int threads = 2)
{
    auto engine = ir::Engine::load(weights, {"cpu", threads, "fp32"});
    if (!engine)
        qFatal("%s", engine.error().message.c_str());
    return std::move(*engine);
}

} // namespace

class TestEngine : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;
    std::filesystem::path m_weights;

    [[nodiscard]] QString path(const char* name) const { return m_dir.filePath(QString::fromLatin1(name)); }

private Q_SLOTS:
    void initTestCase() { m_weights = RandomModel(1).writeTo(path("random.safetensors")); }

    void agreesWithTheNetAsItIsTrained()
    {
        const auto engine = loaded(m_weights);
        const auto images = randomImages(5, 6);
        const auto predictions = engine->classify(images);
        QVERIFY2(predictions, predictions ? "" : predictions.error().message.c_str());
        for (std::size_t i = 0; i < images.size(); ++i) {
            const std::vector<double> expected = ir::test::unfoldedProbabilities(m_weights, images[i]);
            QCOMPARE(expected.size(), std::size_t(5));
            for (std::size_t c = 0; c < expected.size(); ++c) {
                const double actual = (*predictions)[i].probabilities[c];
                QVERIFY2(std::abs(actual - expected[c]) <= 1e-4,
                         qPrintable(QStringLiteral("%1 against %2").arg(actual).arg(expected[c])));
                QVERIFY(expected[c] < 0.9999); // else agreement would say little
            }
        }
    }

    void anImageIsWorthTheSameAloneAndInAnyCompany()
    {
        const auto engine = loaded(m_weights);
        const ir::GrayImage image = randomImage(99, 200, 170);
        const auto alone = engine->classify(std::span(&image, 1));
        QVERIFY(alone);
        for (std::uint32_t company = 0; company < 3; ++company) {
            auto images = randomImages(1000 * company, 8);
            const std::size_t place = company * 3;
            images[place] = image;
            const auto together = engine->classify(images);
            QVERIFY(together);
            QCOMPARE((*together)[place].probabilities, alone->front().probabilities);
            QCOMPARE((*together)[place].outlierScore, alone->front().outlierScore);
        }
        QCOMPARE(loaded(m_weights, 1)->classify(std::span(&image, 1))->front().probabilities,
                 alone->front().probabilities);
    }

    void everyNetGivesAnImageTheSameNumbersAloneAndInCompany_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<QString>("precision");
        for (const ir::Architecture& architecture : ir::architectures())
            for (const char* precision : {"fp32", "auto"})
                QTest::addRow("%s, %s", architecture.name.c_str(), precision)
                    << QString::fromStdString(architecture.name) << precision;
    }

    void everyNetGivesAnImageTheSameNumbersAloneAndInCompany()
    {
        // Alone it has all threads, in company one: at this size.
        QFETCH(const QString, architecture);
        QFETCH(const QString, precision);
        RandomModel model(1, false, ir::defaultClasses(), architecture.toStdString());
        model.info.input.size = 384;
        const auto weights = model.writeTo(path("net.safetensors"));
        std::vector<std::vector<float>> alone;
        const auto images = randomImages(11, 2);
        for (const int threads : {1, 2}) {
            auto engine = ir::Engine::load(weights, {"cpu", threads, precision.toStdString()});
            QVERIFY2(engine.has_value(), engine ? "" : engine.error().message.c_str());
            const auto together = (*engine)->classify(images);
            QVERIFY(together);
            for (std::size_t i = 0; i < images.size(); ++i) {
                const auto single = (*engine)->classify(std::span(images).subspan(i, 1));
                QVERIFY(single);
                QCOMPARE(single->front().probabilities, (*together)[i].probabilities);
                if (alone.size() == i)
                    alone.push_back(single->front().probabilities);
                QCOMPARE(single->front().probabilities, alone[i]);
            }
        }
    }

    void predictionsAreWellFormed()
    {
        const auto engine = loaded(m_weights);
        const auto predictions = engine->classify(randomImages(3, 5));
        QVERIFY(predictions);
        QCOMPARE(predictions->size(), std::size_t(5));
        for (const ir::Prediction& prediction : *predictions) {
            std::vector<float> sorted = prediction.probabilities;
            std::ranges::sort(sorted, std::greater<>());
            QVERIFY(std::abs(std::accumulate(sorted.begin(), sorted.end(), 0.0F) - 1) < 1e-5F);
            QCOMPARE(prediction.confidence, sorted[0]);
            QCOMPARE(prediction.margin, sorted[0] - sorted[1]);
            QCOMPARE(prediction.probabilities[static_cast<std::size_t>(prediction.classIndex)], sorted[0]);
            QCOMPARE(prediction.modelId, engine->model().digest);
            QCOMPARE(prediction.modelId.size(), std::size_t(64));
        }
        QVERIFY(engine->classify({})->empty());
    }

    void aModelThatMirrorsTakesTheMeanOfAnImageAndItsMirrorImage()
    {
        RandomModel model(1);
        const auto plain = loaded(m_weights);
        model.info.input.mirror = true;
        const auto mirroring = loaded(model.writeTo(path("mirror.safetensors")));
        QVERIFY(mirroring->model().input.mirror);
        std::vector<ir::GrayImage> images{randomImage(4, 96, 96)};
        images.push_back(images.front());
        ir::flipLeftRight(images.back());
        const auto apart = plain->classify(images);
        const auto both = mirroring->classify(images);
        QVERIFY(apart && both);
        QVERIFY((*apart)[0].probabilities != (*apart)[1].probabilities);
        // The mean of logits: the geometric mean of probabilities, but for their sum.
        std::vector<double> expected;
        for (std::size_t c = 0; c < plain->model().classes.size(); ++c)
            expected.push_back(std::sqrt(static_cast<double>((*apart)[0].probabilities[c]) *
                                         static_cast<double>((*apart)[1].probabilities[c])));
        const double sum = std::accumulate(expected.begin(), expected.end(), 0.0);
        for (const ir::Prediction& prediction : *both)
            for (std::size_t c = 0; c < expected.size(); ++c)
                QVERIFY(std::abs(static_cast<double>(prediction.probabilities[c]) - expected[c] / sum) < 1e-5);
    }

    void reviewFollowsTheModelsThresholds()
    {
        const ir::GrayImage image = randomImage(4, 128, 128);
        RandomModel model(1, /*withOutliers=*/true);
        const auto plain = loaded(model.writeTo(path("a.safetensors")))->classify(std::span(&image, 1))->front();
        QVERIFY(plain.outlierScore > 0);
        QVERIFY(!plain.needsReview);

        model.info.reviewThreshold = static_cast<double>(plain.confidence) + 1e-3;
        QVERIFY(loaded(model.writeTo(path("b.safetensors")))->classify(std::span(&image, 1))->front().needsReview);

        model.info.reviewThreshold = 0;
        model.info.outlierThreshold = static_cast<double>(plain.outlierScore) - 1e-3;
        QVERIFY(loaded(model.writeTo(path("c.safetensors")))->classify(std::span(&image, 1))->front().needsReview);
    }

    void bfloat16IsNearFloat32()
    {
        const auto images = randomImages(21, 8);
        const auto exact = loaded(m_weights)->classify(images);
        const auto engine = ir::Engine::load(m_weights, {"cpu", 2, "bf16"});
        QVERIFY2(engine.has_value(), engine ? "" : engine.error().message.c_str());
        QVERIFY((*engine)->device().find("bf16") != std::string::npos);
        const auto rough = (*engine)->classify(images);
        QVERIFY(exact && rough);
        bool differs = false;
        for (std::size_t i = 0; i < images.size(); ++i)
            for (std::size_t c = 0; c < 5; ++c) {
                const float difference = (*rough)[i].probabilities[c] - (*exact)[i].probabilities[c];
                QVERIFY2(std::abs(difference) < 0.05F, std::to_string(difference).c_str());
                differs = differs || difference != 0;
            }
        QVERIFY2(differs, "bfloat16 changed nothing");
        const auto alone = (*engine)->classify(std::span(images).subspan(3, 1));
        QCOMPARE(alone->front().probabilities, (*rough)[3].probabilities);
    }

    void temperatureCalibratesWithoutChangingTheClass()
    {
        const ir::GrayImage image = randomImage(4, 128, 128);
        RandomModel model(1);
        const auto first = loaded(model.writeTo(path("a.safetensors")))->classify(std::span(&image, 1))->front();
        model.info.temperature = 6;
        const auto soft = loaded(model.writeTo(path("b.safetensors")))->classify(std::span(&image, 1))->front();
        QCOMPARE(soft.classIndex, first.classIndex);
        QVERIFY(soft.confidence < first.confidence);
    }

    void brokenWeightsAreRefusedWithTheFilesName()
    {
        RandomModel model(1);
        model.values("classifier.bias")[2] = std::numeric_limits<float>::quiet_NaN();
        const auto engine = ir::Engine::load(model.writeTo(path("nan.safetensors")), {"cpu", 1});
        QVERIFY(!engine);
        QVERIFY(engine.error().message.find("nan.safetensors") != std::string::npos);
        QVERIFY(engine.error().message.find("not finite") != std::string::npos);
    }

    void wrongUseIsAnErrorNotACrash()
    {
        QVERIFY(!ir::Engine::load(path("absent.safetensors").toStdString(), {"cpu", 1}));
        QVERIFY(!ir::Engine::load(m_weights, {"xpu", 1}));
        QVERIFY(!ir::Engine::load(m_weights, {"cuda:x", 1}));
        QVERIFY(!ir::Engine::load(m_weights, {"cuda:4000000000000", 1}));
        QVERIFY(!ir::Engine::load(m_weights, {"cpu", -1}));
        QVERIFY(!ir::Engine::load(m_weights, {"cpu", 1, "fp8"}));
        const auto engine = loaded(m_weights);
        const ir::GrayImage none;
        QVERIFY(!engine->classify(std::span(&none, 1)));
        const ir::GrayImage dot(1, 1, 7);
        QVERIFY(engine->classify(std::span(&dot, 1)));
    }

    void autoAlwaysFindsADevice()
    {
        const auto engine = ir::Engine::load(m_weights, {"auto", 0});
        QVERIFY2(engine, engine ? "" : engine.error().message.c_str());
        QVERIFY(!(*engine)->device().empty());
        QVERIFY((*engine)->preferredBatch() >= 1);
        QVERIFY((*engine)->takeNotices().empty());
        QCOMPARE(loaded(m_weights, 1)->device(), std::string("CPU, 1 thread"));
        QCOMPARE(loaded(m_weights, 2)->device(), std::string("CPU, 2 threads"));
        QVERIFY(ir::usableCores() >= 1);
        QVERIFY(ir::usableCores() <= static_cast<int>(std::thread::hardware_concurrency()));
    }

    void aFullDeviceMakesBatchesSmallerAndLosesNoImage()
    {
        int batch = 32;
        std::vector<int> seen(50);
        const auto run = ir::nn::runInBatches(50, batch, [&](std::size_t first, std::size_t count) {
            if (count > 5)
                return ir::nn::BatchOutcome::OutOfMemory;
            for (std::size_t i = first; i < first + count; ++i)
                ++seen[i];
            return ir::nn::BatchOutcome::Done;
        });
        QCOMPARE(run.outcome, ir::nn::BatchOutcome::Done);
        QCOMPARE(batch, 4);
        QCOMPARE(std::ranges::count(seen, 1), 50);
    }

    void aDeviceTooFullForOneImageHandsOverTheRest()
    {
        int batch = 4;
        const auto run = ir::nn::runInBatches(10, batch, [&](std::size_t first, std::size_t) {
            return first < 4 ? ir::nn::BatchOutcome::Done : ir::nn::BatchOutcome::OutOfMemory;
        });
        QCOMPARE(run.outcome, ir::nn::BatchOutcome::OutOfMemory);
        QCOMPARE(run.done, std::size_t(4));
        batch = 4;
        const auto failed = ir::nn::runInBatches(
            10, batch, [](std::size_t, std::size_t) { return ir::nn::BatchOutcome::Failed; });
        QCOMPARE(failed.outcome, ir::nn::BatchOutcome::Failed);
        QCOMPARE(batch, 4);
    }

    void lanesDoEveryItemOnce()
    {
        std::atomic<int> prepared = 0;
        ir::nn::Lanes lanes(4, [&] { ++prepared; });
        for (std::size_t items : {0, 1, 3, 1000}) {
            std::vector<std::atomic<int>> seen(items);
            lanes.run(items, [&](std::size_t i) { ++seen[i]; });
            for (const auto& count : seen)
                QCOMPARE(count.load(), 1);
        }
        QTRY_COMPARE(prepared.load(), 4);
    }

    void modelsAreFoundByNameInTheUsersFolder()
    {
        const QString folder = path("data/imaging-router/models");
        QVERIFY(QDir().mkpath(folder));
        qputenv("XDG_DATA_HOME", path("data").toUtf8());
        (void)RandomModel(2).writeTo(folder + QStringLiteral("/my_department.safetensors"));
        std::ofstream(QString(folder + QStringLiteral("/broken.safetensors")).toStdString()) << "no weights";

        const auto found = ir::findModel("my_department");
        QVERIFY(found);
        QCOMPARE(found->stem().string(), std::string("my_department"));
        QCOMPARE(ir::findModel(m_weights.string()).value(), m_weights);
        const auto absent = ir::findModel("nobody_trained_this");
        QVERIFY(!absent);
        QVERIFY(absent.error().message.find("my_department") != std::string::npos);

        bool good = false;
        bool bad = false;
        for (const ir::InstalledModel& model : ir::installedModels()) {
            good = good || (model.name == "my_department" && model.problem.empty() &&
                            model.info.classes.size() == 5 && model.info.parameterCount == 3'212'101);
            bad = bad || (model.name == "broken" && !model.problem.empty());
        }
        QVERIFY(good);
        QVERIFY(bad);
    }
};

QTEST_GUILESS_MAIN(TestEngine)
#include "test_engine.moc"
