// Training a real net, small images, few steps.

#include "nn/architectures/registry.h"
#include "nn/engine.h"
#include "nn/trainer.h"
#include "nn/trainpreset.h"

#include "base/atomicfile.h"
#include "base/csv.h"
#include "support/stripes.h"
#include "unfoldednetwork.h"

#include <QTemporaryDir>
#include <QtTest>

#include <atomic>
#include <cmath>
#include <cstring>

using ir::GrayImage;
using ir::TrainOptions;
using ir::test::loadStripes;
using ir::test::stripes;

class TestTrainer : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;
    int m_runs = 0;

    TrainOptions options()
    {
        TrainOptions o;
        o.manifest = m_dir.filePath(QStringLiteral("manifest.csv")).toStdString();
        o.output = m_dir.filePath(QStringLiteral("net%1.safetensors").arg(m_runs++)).toStdString();
        o.classes = {"a", "b", "c"};
        o.input.size = 32;
        o.epochs = 3;
        o.batch = 4;
        o.learningRate = 1e-3;
        o.averageDecay = 0.9;
        o.clipNorm = 1;
        o.weightDecay = 0.01;
        o.labelSmoothing = 0.05;
        o.threads = 1;
        return o;
    }

    std::vector<std::string> m_messages;
    ir::Result<ir::TrainReport> train(const TrainOptions& o, std::stop_token stop = {})
    {
        m_messages.clear();
        return ir::train(
            o, loadStripes,
            [this](const ir::TrainProgress& p) {
                if (!p.message.empty())
                    m_messages.push_back(p.message);
            },
            std::move(stop));
    }

    bool said(const std::string& part) const
    {
        return std::ranges::any_of(m_messages, [&](const std::string& message) {
            return message.find(part) != std::string::npos;
        });
    }

    /// The weights of a run like `whole` that was broken off after an epoch and resumed; empty where it failed.
    std::string resumedAfter(int epoch, TrainOptions parts)
    {
        parts.output = options().output;
        std::stop_source stop;
        const auto first = ir::train(
            parts, loadStripes,
            [&](const ir::TrainProgress& p) {
                if (p.epochDone && p.epoch == epoch)
                    stop.request_stop();
            },
            stop.get_token());
        parts.resume = true;
        if (!first || !first->interrupted || !train(parts))
            return {};
        return ir::readFile(parts.output).value_or(std::string());
    }

private Q_SLOTS:
    void initTestCase()
    {
        std::string text = ir::csvLine({"path", "label", "split", "source"});
        for (int label = 0; label < 3; ++label)
            for (int i = 0; i < 10; ++i)
                text += ir::csvLine({std::to_string(label) + "_" + std::to_string(i),
                                     std::string(1, static_cast<char>('a' + label)),
                                     i < 6 ? "train" : i < 8 ? "val" : "test", i % 3 == 0 ? "x" : "y"});
        text += ir::csvLine({"9_1", "unheard-of", "train", "x"});
        text += ir::csvLine({"broken", "a", "train", "x"});
        QVERIFY(ir::writeFileAtomically(options().manifest, text));
    }

    void learnsAndTheEngineAgrees()
    {
        TrainOptions o = options();
        o.epochs = 12;
        o.epochImages = 48;
        o.averageDecay = 0;
        const auto report = train(o);
        QVERIFY2(report.has_value(), report ? "" : report.error().detail.c_str());
        QCOMPARE(report->validationMacroF1, 1.0);
        QCOMPARE(report->unreadable, std::size_t{1});
        QVERIFY(said("unheard-of"));
        QVERIFY(said("broken"));
        QVERIFY(report->model.recipe.find("\"seed\":1") != std::string::npos);
        QVERIFY(report->model.trainingDataDigest.size() == 64);

        const auto engine = ir::Engine::load(o.output, {"cpu", 1});
        QVERIFY2(engine.has_value(), engine ? "" : (engine.error().message + engine.error().detail).c_str());
        for (int label = 0; label < 3; ++label) {
            const std::vector<GrayImage> images{stripes(label, 8)};
            const auto predictions = (*engine)->classify(images);
            QVERIFY(predictions);
            QCOMPARE(predictions->front().classIndex, label);
            QVERIFY(std::isfinite(predictions->front().outlierScore));
        }
    }

    void resumedEqualsUninterruptedBitForBit()
    {
        const TrainOptions whole = options();
        QVERIFY(train(whole));

        TrainOptions parts = options();
        std::stop_source stop;
        const auto first = ir::train(
            parts, loadStripes,
            [&](const ir::TrainProgress& p) {
                if (p.epoch == 2 && p.batch >= 1 && !p.epochDone)
                    stop.request_stop(); // in the midst of the second epoch
                if (p.epoch == 1 && p.epochDone)
                    stop.request_stop();
            },
            stop.get_token());
        QVERIFY(first);
        QVERIFY(first->interrupted);
        QCOMPARE(first->epochsDone, 1);
        QVERIFY(!std::filesystem::exists(parts.output));

        TrainOptions early = parts;
        early.resume = early.finishNow = true;
        const auto ended = train(early);
        QVERIFY(ended && !ended->interrupted);
        QCOMPARE(ended->epochsDone, 1);
        QVERIFY(ir::readModelInfo(parts.output));

        parts.resume = true;
        const auto second = train(parts);
        QVERIFY2(second.has_value(), second ? "" : second.error().message.c_str());
        QCOMPARE(second->epochsDone, 3);
        QCOMPARE(*ir::readFile(parts.output), *ir::readFile(whole.output));

        TrainOptions other = parts;
        other.learningRate = 2e-3;
        const auto refused = train(other);
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("other options") != std::string::npos);
    }

    void aRunThatStoppedEarlyIsNotTrainedFurtherWhenResumed()
    {
        TrainOptions o = options();
        o.epochs = 60;
        o.patience = 1;
        const auto first = train(o);
        QVERIFY2(first.has_value(), first ? "" : first.error().message.c_str());
        QVERIFY(said("Stopped early"));
        const auto weights = ir::readFile(o.output);
        o.resume = true;
        const auto second = train(o);
        QVERIFY2(second.has_value(), second ? "" : second.error().message.c_str());
        QCOMPARE(second->epochsDone, first->epochsDone);
        QVERIFY(*ir::readFile(o.output) == *weights);
    }

    void imagesMayGrowAndAResumedRunGrowsAlike()
    {
        TrainOptions whole = options();
        whole.input.size = 64;
        whole.startSize = 32;
        whole.epochs = 4; // 32, 32, 64, 64 pixels
        whole.epochImages = 8;
        const auto report = train(whole);
        QVERIFY2(report.has_value(), report ? "" : report.error().message.c_str());
        QCOMPARE(report->model.input.size, 64);
        QVERIFY(report->model.recipe.find("\"start_size\":32") != std::string::npos);
        for (const int epoch : {1, 2})
            QVERIFY(resumedAfter(epoch, whole) == *ir::readFile(whole.output));

        TrainOptions other = whole;
        other.resume = true;
        other.startSize = 0;
        QVERIFY(!train(other)); // it is another run
        other.startSize = 65;
        other.resume = false;
        QVERIFY(train(other).error().message.find("size to start at") != std::string::npos);
    }

    void hardExamplesChangeTheDrawsAndAResumedRunKnowsTheLosses()
    {
        TrainOptions plain = options();
        plain.epochImages = 40;
        QVERIFY(train(plain));
        TrainOptions whole = plain;
        whole.output = options().output;
        whole.hardExamples = 0.7;
        const auto report = train(whole);
        QVERIFY2(report.has_value(), report ? "" : report.error().message.c_str());
        QVERIFY(report->model.recipe.find("\"hard_examples\":0.7") != std::string::npos);
        QVERIFY(*ir::readFile(whole.output) != *ir::readFile(plain.output));
        QVERIFY(resumedAfter(2, whole) == *ir::readFile(whole.output));

        const auto state = ir::Safetensors::read(whole.output.string() + ".state");
        const auto* losses = state->find("losses");
        QVERIFY(losses);
        QCOMPARE(losses->shape, (std::vector<std::int64_t>{18})); // one an image
        std::vector<float> values(18);
        std::memcpy(values.data(), losses->bytes.data(), losses->bytes.size());
        QVERIFY(std::ranges::count_if(values, [](float loss) { return loss > 0; }) > 15);
    }

    void whatTeachersSeeIsLearntAndAResumedRunLearnsAlike()
    {
        TrainOptions o = options();
        o.epochs = 12;
        o.epochImages = 48;
        o.averageDecay = 0;
        QVERIFY(train(o));
        const auto teacher = o.output;

        // Labels say nothing (all "a"), the teacher knows.
        std::string text = ir::csvLine({"path", "label", "split"});
        for (int label = 0; label < 3; ++label)
            for (int i = 0; i < 10; ++i)
                text += ir::csvLine({std::to_string(label) + "_" + std::to_string(i),
                                     std::string(1, static_cast<char>(i < 5 ? 'a' : 'a' + label)), i < 6 ? "train" : "val"});
        TrainOptions whole = options();
        whole.manifest = m_dir.filePath(QStringLiteral("taught.csv")).toStdString();
        QVERIFY(ir::writeFileAtomically(whole.manifest, text));
        whole.architecture = "mobilenet_v2";
        whole.epochs = 14;
        whole.epochImages = 48;
        whole.averageDecay = 0;
        whole.classBalance = 0;
        whole.keepLast = true;
        whole.teachers = {teacher};
        whole.teacherWeight = 1;
        whole.teacherFeatures = 1;
        const auto report = train(whole);
        QVERIFY2(report.has_value(), report ? "" : (report.error().message + report.error().detail).c_str());
        QVERIFY2(report->validationMacroF1 > 0.75, std::to_string(report->validationMacroF1).c_str());
        QVERIFY(report->model.recipe.find("\"teacher_features\":1.0") != std::string::npos);
        QVERIFY(resumedAfter(3, whole) == *ir::readFile(whole.output));

        TrainOptions other = whole;
        other.epochs = 1;
        other.output = options().output;
        QVERIFY(train(other));
        const auto withFeatures = *ir::readFile(other.output);
        other.teacherFeatures = 0;
        QVERIFY(train(other));
        QVERIFY(*ir::readFile(other.output) != withFeatures);

        // Another teacher of that name: another run.
        TrainOptions shorter = o;
        shorter.epochs = 1;
        QVERIFY(train(shorter));
        whole.resume = true;
        QVERIFY(!train(whole));
        whole.resume = false;

        // A teacher of something else.
        whole.classes = {"a", "c", "b"};
        auto refused = train(whole);
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.find("cannot be the teacher: its classes") != std::string::npos, refused.error().message.c_str());
        whole.classes = {"a", "b", "c"};
        whole.input.cropMargins = true;
        refused = train(whole);
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.find("prepared in another way") != std::string::npos, refused.error().message.c_str());
    }

    void everyNetTrainsResumesAndServes_data()
    {
        QTest::addColumn<std::string>("architecture");
        for (const ir::Architecture& architecture : ir::architectures())
            QTest::newRow(architecture.name.c_str()) << architecture.name;
    }
    void everyNetTrainsResumesAndServes()
    {
        QFETCH(std::string, architecture);
        TrainOptions whole = options();
        whole.architecture = architecture;
        whole.epochs = 2;
        whole.epochImages = 8;
        whole.averageDecay = 0; // one copy less in the state
        whole.freezeUnits = 3;
        const auto trained = train(whole);
        QVERIFY2(trained, trained ? "" : trained.error().detail.c_str());

        TrainOptions parts = whole;
        parts.output = options().output;
        std::stop_source stop;
        const auto first = ir::train(
            parts, loadStripes,
            [&](const ir::TrainProgress& p) {
                if (p.epochDone)
                    stop.request_stop();
            },
            stop.get_token());
        QVERIFY(first && first->interrupted);
        parts.resume = true;
        QVERIFY(train(parts));
        QVERIFY(*ir::readFile(parts.output) == *ir::readFile(whole.output));

        TrainOptions half = whole; // operators that lack a bfloat16 gradient on a CPU would show
        half.output = options().output;
        half.precision = "bf16";
        half.epochs = 1;
        const auto halved = train(half);
        QVERIFY2(halved, halved ? "" : halved.error().detail.c_str());

        const auto engine = ir::Engine::load(whole.output, {"cpu", 1, "fp32"});
        QVERIFY2(engine, engine ? "" : engine.error().message.c_str());
        for (int label = 0; label < 3; ++label) {
            const GrayImage image = stripes(label, 9);
            const auto predictions = (*engine)->classify(std::span(&image, 1));
            QVERIFY(predictions);
            const auto expected = ir::test::unfoldedProbabilities(whole.output, image);
            for (std::size_t c = 0; c < expected.size(); ++c)
                QVERIFY(std::abs(predictions->front().probabilities[c] - expected[c]) <= 1e-4);
        }
        for (const TrainOptions& o : {whole, parts, half}) // hundreds of megabytes
            for (const char* suffix : {"", ".state"})
                std::filesystem::remove(o.output.string() + suffix);
    }

    void seedDecides()
    {
        TrainOptions a = options();
        TrainOptions b = options();
        b.seed = 2;
        a.epochs = b.epochs = 1;
        QVERIFY(train(a) && train(b));
        QVERIFY(*ir::readFile(a.output) != *ir::readFile(b.output));
    }

    void startsFromItsOwnWeights()
    {
        TrainOptions a = options();
        a.epochs = 1;
        QVERIFY(train(a));
        TrainOptions b = options();
        b.init = a.output;
        b.epochs = 1;
        b.freezeUnits = 27; // nothing but the classifier learns
        QVERIFY(train(b));
        QVERIFY(said("Started from"));
        const auto before = ir::readModelFile(a.output);
        const auto after = ir::readModelFile(b.output);
        QVERIFY(before && after);
        const auto same = [&](const char* name) {
            return std::ranges::equal(before->tensors.find(name)->bytes, after->tensors.find(name)->bytes);
        };
        QVERIFY(same("stem.conv.weight"));
        QVERIFY(same("blocks.12.pointwise.bn.running_mean"));
        QVERIFY(!same("classifier.weight"));
    }

    void blendsWithTheWeightsAfterTheHeadEpochs()
    {
        TrainOptions o = options();
        o.headEpochs = 1;
        o.epochs = 2;
        o.keepLast = true;
        o.averageDecay = 0;
        QVERIFY(train(o));
        const auto tuned = ir::readModelFile(o.output);
        o.resume = true; // what is made of a finished run may be changed without training again
        o.blend = 0;
        QVERIFY(train(o));
        const auto start = ir::readModelFile(o.output);
        o.blend = 0.25;
        const auto report = train(o);
        QVERIFY2(report.has_value(), report ? "" : report.error().message.c_str());
        const auto mixed = ir::readModelFile(o.output);
        QVERIFY(tuned && start && mixed);
        const auto values = [](const ir::ModelFile& file, const char* name) {
            const auto bytes = file.tensors.find(name)->bytes;
            std::vector<float> result(bytes.size() / sizeof(float));
            std::memcpy(result.data(), bytes.data(), bytes.size());
            return result;
        };
        const auto a = values(*start, "blocks.3.pointwise.conv.weight");
        const auto b = values(*tuned, "blocks.3.pointwise.conv.weight");
        const auto m = values(*mixed, "blocks.3.pointwise.conv.weight");
        QVERIFY(a != b);
        for (std::size_t i = 0; i < m.size(); ++i)
            QVERIFY(std::abs(m[i] - (0.75F * a[i] + 0.25F * b[i])) < 1e-5F);
        for (const float variance : values(*mixed, "blocks.3.pointwise.bn.running_var"))
            QVERIFY(std::isfinite(variance) && variance >= 0);

        o.resume = false;
        o.headEpochs = 0;
        QVERIFY(!train(o)); // nothing to blend with
    }

    void takesABodyWithFoldedBatchNormUnchanged()
    {
        // One net twice: as it is, and folded into kernels and biases under Keras's names, as the ImageNet
        // weights come. After zero steps of the body both must see the same.
        TrainOptions o = options();
        o.epochs = 1;
        QVERIFY(train(o));
        const auto file = ir::readModelFile(o.output);
        QVERIFY(file);
        const auto values = [&](const std::string& name) {
            const auto bytes = file->tensors.find(name)->bytes;
            std::vector<float> result(bytes.size() / sizeof(float));
            std::memcpy(result.data(), bytes.data(), bytes.size());
            return result;
        };
        std::vector<std::vector<float>> held;
        std::vector<ir::Safetensors::Entry> entries;
        const auto add = [&](std::string name, std::vector<std::int64_t> shape, std::vector<float> data) {
            held.push_back(std::move(data));
            entries.push_back({std::move(name), ir::Safetensors::Type::F32, std::move(shape),
                               std::as_bytes(std::span(held.back()))});
        };
        held.reserve(200);
        for (int unit = 0; unit < 27; ++unit) {
            const int block = (unit - 1) / 2;
            const std::string ours =
                unit == 0 ? "stem" : "blocks." + std::to_string(block) +
                                         (unit % 2 == 1 ? ".depthwise" : ".pointwise");
            const std::string keras = unit == 0 ? "conv1"
                                                : (unit % 2 == 1 ? "conv_dw_" : "conv_pw_") +
                                                      std::to_string(block + 1);
            auto kernel = values(ours + ".conv.weight");
            const auto gamma = values(ours + ".bn.weight");
            auto bias = values(ours + ".bn.bias");
            const auto mean = values(ours + ".bn.running_mean");
            const auto variance = values(ours + ".bn.running_var");
            const std::size_t each = kernel.size() / gamma.size();
            for (std::size_t c = 0; c < gamma.size(); ++c) {
                const float scale = gamma[c] / std::sqrt(variance[c] + 1e-3F);
                bias[c] -= mean[c] * scale;
                for (std::size_t i = 0; i < each; ++i)
                    kernel[c * each + i] *= scale;
            }
            add(keras + ".weight", file->tensors.find(ours + ".conv.weight")->shape, std::move(kernel));
            const std::vector<std::int64_t> channels{static_cast<std::int64_t>(bias.size())};
            add(keras + ".bias", channels, std::move(bias));
        }
        const std::filesystem::path body = m_dir.filePath(QStringLiteral("body.safetensors")).toStdString();
        QVERIFY(ir::Safetensors::write(body, entries, {}));

        // The classifiers differ (a new one is drawn); the features show in the outlier tensors' mean.
        const auto centresFrom = [&](const std::filesystem::path& init) {
            TrainOptions headOnly = options();
            headOnly.init = init;
            headOnly.epochs = headOnly.headEpochs = 1;
            headOnly.averageDecay = 0;
            if (!train(headOnly))
                return std::vector<float>();
            const auto trained = ir::readModelFile(headOnly.output);
            const auto bytes = trained->tensors.find("outlier.offset")->bytes;
            std::vector<float> result(bytes.size() / sizeof(float));
            std::memcpy(result.data(), bytes.data(), bytes.size());
            for (float& value : result)
                value = std::abs(value); // the sign of an eigenvector is free
            return result;
        };
        const auto own = centresFrom(o.output);
        const auto adopted = centresFrom(body);
        QVERIFY(said("body"));
        QVERIFY(!own.empty() && own.size() == adopted.size());
        // The strongest direction (last) is well determined; the weak ones are not.
        QVERIFY2(std::abs(own.back() - adopted.back()) < 0.05F * std::abs(own.back()) + 0.01F,
                 qPrintable(QStringLiteral("%1 %2").arg(own.back()).arg(adopted.back())));
    }

    void heldOutSourcesAreEvaluatedAndNotTrainedOn()
    {
        TrainOptions o = options();
        o.epochs = 1;
        o.holdOutSources = {"x"};
        const auto report = train(o);
        QVERIFY(report);
        QCOMPARE(report->heldOut.size(), std::size_t{1});
        std::uint64_t images = 0;
        for (const std::uint64_t count : report->heldOut.front().counts)
            images += count;
        QCOMPARE(images, std::uint64_t{12}); // 0, 3, 6, 9 of each class, all splits
        QVERIFY(said("Training on 12 images, validating on 3."));
        o.holdOutSources = {"nowhere"};
        QVERIFY(!train(o));
    }

    void stopsEarly()
    {
        TrainOptions o = options();
        o.epochs = 40;
        o.patience = 1;
        o.learningRate = 1e-7;
        const auto report = train(o);
        QVERIFY(report);
        QVERIFY(report->epochsDone < 40);
        QVERIFY(said("Stopped early"));
    }

    void aPresetIsAWholeRecipeAndNothingElse()
    {
        TrainOptions o = options();
        o.architecture = "resnet18";
        const TrainOptions before = o;
        QVERIFY(ir::applyPreset("paper", o));
        QCOMPARE(o.input.size, 512);
        QCOMPARE(o.epochs, 100);
        QCOMPARE(o.batch, 32);
        QCOMPARE(o.learningRate, 1e-4);
        QCOMPARE(o.weightDecay, 0.0);
        QCOMPARE(o.labelSmoothing, 0.0);
        QVERIFY(o.restartEpochs > 0);
        QCOMPARE(o.architecture, before.architecture);
        QCOMPARE(o.output, before.output);
        QCOMPARE(o.manifest, before.manifest);
        QCOMPARE(o.classes, before.classes);
        QCOMPARE(o.threads, before.threads);
        QVERIFY(ir::applyPreset("default", o));
        QCOMPARE(o.input.size, 224);
        QVERIFY(!ir::applyPreset("unheard-of", o));
        QCOMPARE(o.input.size, 224);
    }

    void refusesWhatCannotWork()
    {
        TrainOptions o = options();
        o.classes = {"a", "b", "c", "d"};
        auto report = train(o);
        QVERIFY(!report);
        QVERIFY(report.error().message.find("\"d\"") != std::string::npos);

        o = options();
        o.architecture = "resnet_9000";
        QVERIFY(!train(o));
        o = options();
        o.augmentation = "wild";
        QVERIFY(!train(o));
        o = options();
        o.init = o.manifest;
        QVERIFY(!train(o));
        o = options();
        o.output = o.output.parent_path() / "absent" / "net.safetensors";
        report = train(o);
        QVERIFY(!report);
        QVERIFY2(report.error().message.find("to the folder") != std::string::npos, report.error().message.c_str());
        o = options();
        o.resume = true; // no state there
        QVERIFY(!train(o));
        o = options();
        o.learningRate = 1e30;
        o.clipNorm = 0;
        o.epochs = 5;
        report = train(o);
        QVERIFY(!report);
        QVERIFY2(report.error().message.find("lower learning rate") != std::string::npos,
                 report.error().message.c_str());
    }

    void averagesRunsOfOneStart()
    {
        TrainOptions first = options();
        first.epochImages = 48;
        first.averageDecay = 0;
        QVERIFY(train(first));
        TrainOptions second = first;
        second.output = options().output;
        second.init = first.output;
        second.seed = 2;
        second.learningRate = 2e-4;
        second.epochs = 1;
        QVERIFY(train(second));

        TrainOptions mean = first;
        mean.output = options().output;
        mean.averageOf = {first.output, second.output};
        const auto report = train(mean);
        QVERIFY2(report.has_value(), report ? "" : report.error().message.c_str());
        QCOMPARE(report->epochsDone, 0);
        QVERIFY(report->validationMacroF1 >= 0.5);
        QVERIFY(report->model.recipe.find("average_of") != std::string::npos);

        mean.classes = {"a", "b"};
        const auto refused = train(mean);
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("other classes") != std::string::npos);
    }

    void trainsInEitherPrecision()
    {
        std::vector<double> losses;
        for (const char* precision : {"fp32", "bf16"}) {
            TrainOptions o = options();
            o.epochs = 1;
            o.epochImages = 48;
            o.precision = precision;
            const auto report = ir::train(
                o, loadStripes,
                [&](const ir::TrainProgress& p) {
                    if (p.epochDone)
                        losses.push_back(p.loss);
                },
                {});
            QVERIFY2(report.has_value(), report ? "" : report.error().detail.c_str());
            QVERIFY(report->model.recipe.find(precision) != std::string::npos);
        }
        QCOMPARE(losses.size(), std::size_t{2});
        QVERIFY2(losses[0] != losses[1], "bfloat16 changed nothing");
        QVERIFY2(std::abs(losses[0] - losses[1]) < 0.1 * losses[0],
                 (std::to_string(losses[0]) + " against " + std::to_string(losses[1])).c_str());

        TrainOptions o = options();
        o.precision = "fp8";
        QVERIFY(!train(o));
    }
};

QTEST_APPLESS_MAIN(TestTrainer)
#include "test_trainer.moc"
