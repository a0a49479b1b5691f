// Fine-tuning a small real net: stripes and blobs.

#include "nn/engine.h"
#include "nn/finetune.h"

#include "base/atomicfile.h"
#include "base/csv.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

using ir::FineTuneImage;
using ir::FineTuneOptions;
using ir::GrayImage;

namespace {

/// Vertical stripes, horizontal stripes, a blob, a checkerboard.
double valueAt(int kind, int number, int x, int y)
{
    switch (kind) {
    case 0:
        return std::sin(x * 0.9 + number);
    case 1:
        return std::sin(y * 0.9 + number);
    case 2:
        return 2 * std::exp(-(std::pow(x - 20, 2) + std::pow(y - 20, 2)) / (60 + number)) - 1;
    default:
        return std::sin(x * 0.9 + number) * std::sin(y * 0.9 + number) > 0 ? 1 : -1;
    }
}

/// "kind_number" in a folder; in "dim" much darker, flatter and on a ramp: another machine's.
ir::Result<GrayImage> load(const std::filesystem::path& path)
{
    const std::string name = path.filename().string();
    if (name == "broken")
        return ir::failure("Cannot read broken: it is broken.");
    const bool dim = path.parent_path().filename() == "dim";
    GrayImage image(40, 40);
    for (int y = 0; y < 40; ++y)
        for (int x = 0; x < 40; ++x) {
            const double value = std::clamp(valueAt(name[0] - '0', std::stoi(name.substr(2)), x, y), -1.0, 1.0);
            image.row(y)[x] = static_cast<std::uint8_t>(dim ? 30 + 2.5 * x + 12 * value : 120 + 100 * value);
        }
    return image;
}

FineTuneImage image(const char* folder, int kind, int number, const std::string& label)
{
    const std::string name = std::to_string(kind) + "_" + std::to_string(number);
    return {std::filesystem::path(folder) / name, label, name, {}};
}

/// A usual image in a training manifest.
ir::ManifestRow usualRow(int kind, int number, std::string label, std::string split)
{
    ir::ManifestRow row;
    row.path = image("usual", kind, number, {}).path;
    row.listedPath = row.path.string();
    row.group = row.listedPath;
    row.label = std::move(label);
    row.split = std::move(split);
    return row;
}

} // namespace

class TestFineTune : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;
    std::filesystem::path m_base;
    std::size_t m_usual = 0; ///< of 30, what the base model gets right
    std::size_t m_dim = 0;   ///< the same of the other machine's
    std::vector<std::string> m_said;

    ir::Result<ir::FineTuneReport> fineTune(const FineTuneOptions& options, std::stop_token stop = {})
    {
        m_said.clear();
        return ir::fineTune(
            options, load,
            [this](const ir::TrainProgress& progress) {
                if (!progress.message.empty())
                    m_said.push_back(progress.message);
            },
            std::move(stop));
    }

    FineTuneOptions options(const char* name)
    {
        FineTuneOptions o;
        o.base = m_base;
        o.output = m_dir.filePath(QString::fromLatin1(name)).toStdString();
        o.threads = 1;
        o.epochs = 6;
        o.learningRate = 1e-3;
        o.freezeUnits = 7;
        for (int number = 0; number < 12; ++number)
            for (int kind = 0; kind < 3; ++kind)
                o.images.push_back(image("dim", kind, number, std::string(1, static_cast<char>('a' + kind))));
        for (int number = 20; number < 40; ++number)
            for (int kind = 0; kind < 3; ++kind)
                o.replay.push_back(image("usual", kind, number, {}));
        return o;
    }

    static std::size_t right(const std::filesystem::path& weights, const char* folder)
    {
        const auto engine = ir::Engine::load(weights, {"cpu", 1});
        std::size_t count = 0;
        for (int number = 50; number < 60; ++number)
            for (int kind = 0; kind < 3; ++kind) {
                const std::vector<GrayImage> images{*load(image(folder, kind, number, {}).path)};
                const auto said = (*engine)->classify(images);
                count += (*engine)->model().classes[static_cast<std::size_t>(said->front().classIndex)] ==
                                 std::string(1, static_cast<char>('a' + kind))
                             ? 1
                             : 0;
            }
        return count;
    }

private Q_SLOTS:
    void initTestCase()
    {
        ir::TrainOptions o;
        for (int kind = 0; kind < 3; ++kind)
            for (int number = 0; number < 20; ++number)
                o.rows.push_back(usualRow(kind, number, std::string(1, static_cast<char>('a' + kind)),
                                          number < 15 ? "train" : "val"));
        o.output = m_dir.filePath(QStringLiteral("base.safetensors")).toStdString();
        o.classes = {"a", "b", "c"};
        o.input.size = 32;
        o.epochs = 20;
        o.epochImages = 60;
        o.batch = 4;
        o.learningRate = 1e-3;
        o.threads = 1;
        const auto trained = ir::train(o, load, [](const ir::TrainProgress&) {}, {});
        QVERIFY2(trained.has_value(), trained ? "" : trained.error().message.c_str());
        m_base = o.output;
        m_usual = right(m_base, "usual");
        QVERIFY2(m_usual >= 27, std::to_string(m_usual).c_str());
        m_dim = right(m_base, "dim");
        QVERIFY2(m_dim <= 20, "the other machine's images are no problem for the base");
    }

    void learnsTheOtherMachineAndForgetsNothing()
    {
        FineTuneOptions o = options("candidate.safetensors");
        o.epochs = 12; // the net is new to nearly everything: more of it, and faster, than a trained one takes
        o.learningRate = 1e-3;
        o.freezeUnits = 3;
        o.blend = 1;
        o.images.push_back({"dim/broken", "a", "broken", {}});
        o.images.push_back(image("dim", 0, 13, "unheard-of"));
        const auto report = fineTune(o);
        QVERIFY2(report.has_value(), report ? "" : (report.error().message + report.error().detail).c_str());
        const std::size_t dim = right(o.output, "dim");
        QVERIFY2(dim >= m_dim + 5, (std::to_string(m_dim) + " before, now " + std::to_string(dim)).c_str());
        QVERIFY2(right(o.output, "usual") + 1 >= m_usual, std::to_string(right(o.output, "usual")).c_str());
        QVERIFY(report->heldOut.rightAfter > report->heldOut.rightBefore);
        QVERIFY(!report->isWorse());
        QVERIFY(report->untouched > 3);
        QVERIFY(5 * report->untouchedChanged <= report->untouched);
        QVERIFY(report->replayed > 30);
        QCOMPARE(report->training.unreadable, std::size_t{1});
        // Learnt from and held out are apart, and together everything that is readable and of a class.
        QCOMPARE(report->corrections.images + report->heldOut.images, std::size_t{36});
        QVERIFY(report->heldOut.images >= 6);
        const auto base = ir::readModelInfo(m_base);
        const ir::ModelInfo& model = report->training.model;
        QCOMPARE(model.temperature, base->temperature);
        QCOMPARE(model.reviewThreshold, base->reviewThreshold);
        QVERIFY(model.recipe.find(base->digest) != std::string::npos);
        QVERIFY(model.metrics.find("held_out") != std::string::npos);
        QCOMPARE(ir::readModelInfo(o.output)->digest, model.digest);
        QVERIFY(!std::filesystem::exists(o.output.string() + ".state"));
    }

    void theSameSeedGivesTheSameFile()
    {
        FineTuneOptions o = options("one.safetensors");
        o.epochs = 1;
        const auto one = fineTune(o);
        o.output = m_dir.filePath(QStringLiteral("two.safetensors")).toStdString();
        const auto two = fineTune(o);
        QVERIFY(one && two);
        QCOMPARE(one->training.model.digest, two->training.model.digest);
    }

    void aClassMayBeAddedAndOthersKeepWhatIsKnown()
    {
        FineTuneOptions o = options("four.safetensors");
        o.classes = {"d", "b", "a", "c"};
        o.images.clear();
        for (int number = 0; number < 12; ++number)
            o.images.push_back(image("usual", 3, number, "d"));
        const auto report = fineTune(o);
        QVERIFY2(report.has_value(), report ? "" : (report.error().message + report.error().detail).c_str());
        QVERIFY2(right(o.output, "usual") + 1 >= m_usual, std::to_string(right(o.output, "usual")).c_str());
        QCOMPARE(report->heldOut.rightBefore, std::size_t{0});
        QCOMPARE(report->heldOut.rightAfter, report->heldOut.images);
        QVERIFY(4 * report->untouchedChanged <= report->untouched);
    }

    void wrongLabelsGiveAWorseModelAndItIsSaid()
    {
        FineTuneOptions o = options("worse.safetensors");
        o.images.clear();
        o.replay.clear();
        o.blend = 1;
        for (int number = 0; number < 12; ++number)
            for (int kind = 0; kind < 3; ++kind) {
                o.images.push_back(
                    image("usual", kind, number, std::string(1, static_cast<char>('a' + (kind + 1) % 3))));
                o.holdOut.push_back(
                    image("usual", kind, number + 50, std::string(1, static_cast<char>('a' + kind))));
            }
        const auto report = fineTune(o);
        QVERIFY2(report.has_value(), report ? "" : report.error().message.c_str());
        QVERIFY(report->heldOut.isWorse());
        QVERIFY(report->isWorse());
    }

    void tooFewLabelsAreRefused()
    {
        FineTuneOptions o = options("few.safetensors");
        o.images.resize(9);
        const auto report = fineTune(o);
        QVERIFY(!report);
        QVERIFY(report.error().message.find("at least 10") != std::string::npos);
        for (FineTuneImage& one : o.images)
            one.label = "z";
        QVERIFY(fineTune(o).error().message.find("nothing to learn") != std::string::npos);
        QVERIFY(!std::filesystem::exists(o.output));
    }

    void aStoppedOneGoesOnToTheSameFile()
    {
        FineTuneOptions o = options("whole.safetensors");
        o.epochs = 2;
        const auto whole = fineTune(o);
        QVERIFY2(whole.has_value(), whole ? "" : whole.error().message.c_str());

        o.output = m_dir.filePath(QStringLiteral("parts.safetensors")).toStdString();
        o.resume = true; // what never began
        QVERIFY(fineTune(o).error().message.find("nothing to go on from") != std::string::npos);
        o.resume = false;
        std::stop_source stop;
        const auto stopped = ir::fineTune(
            o, load,
            [&](const ir::TrainProgress& progress) {
                if (progress.epochDone)
                    stop.request_stop();
            },
            stop.get_token());
        QVERIFY(stopped.has_value());
        QVERIFY(stopped->training.interrupted);
        QCOMPARE(stopped->training.epochsDone, 1);
        QVERIFY(!std::filesystem::exists(o.output));

        o.resume = true;
        FineTuneOptions other = o;
        other.images.back().label = "a"; // labelled anew meanwhile
        QVERIFY(fineTune(other).error().message.find("other data") != std::string::npos);
        other = o;
        other.base = m_dir.filePath(QStringLiteral("one.safetensors")).toStdString(); // made above
        QVERIFY(!fineTune(other));
        const auto resumed = fineTune(o);
        QVERIFY2(resumed.has_value(), resumed ? "" : resumed.error().message.c_str());
        QCOMPARE(resumed->training.model.digest, whole->training.model.digest);
        QCOMPARE(resumed->heldOut.rightAfter, whole->heldOut.rightAfter);
        QVERIFY(!std::filesystem::exists(ir::trainingStateOf(o.output)));
    }

    void stoppedInItsFirstEpochItLeavesNothingBehind()
    {
        const FineTuneOptions o = options("stopped.safetensors");
        std::stop_source stop;
        const auto report = ir::fineTune(
            o, load,
            [&](const ir::TrainProgress& progress) {
                if (progress.batch > 0)
                    stop.request_stop();
            },
            stop.get_token());
        QVERIFY(report.has_value());
        QVERIFY(report->training.interrupted);
        QVERIFY(!std::filesystem::exists(o.output));
        QVERIFY(!std::filesystem::exists(ir::trainingStateOf(o.output)));
    }

    void imagesThatImitateTeachNothingNew()
    {
        // Labels are wrong (all "a") and the rate is high: who followed them would forget "b" and "c".
        ir::TrainOptions o;
        for (int number = 0; number < 15; ++number)
            for (int kind = 0; kind < 3; ++kind)
                o.rows.push_back(usualRow(kind, number, "a", number < 13 ? "train" : "val"));
        o.init = m_base;
        o.fineTune = true;
        o.keepLast = true;
        o.classes = {"a", "b", "c"};
        o.input.size = 32;
        o.epochs = 4;
        o.epochImages = 48;
        o.batch = 4;
        o.learningRate = 1e-3;
        o.threads = 1;
        o.output = m_dir.filePath(QStringLiteral("obedient.safetensors")).toStdString();
        const auto obedient = ir::train(o, load, [](const ir::TrainProgress&) {}, {});
        QVERIFY2(obedient.has_value(), obedient ? "" : obedient.error().message.c_str());
        QVERIFY(right(o.output, "usual") <= 20);
        for (ir::ManifestRow& row : o.rows)
            row.imitates = true;
        o.output = m_dir.filePath(QStringLiteral("imitator.safetensors")).toStdString();
        const auto imitator = ir::train(o, load, [](const ir::TrainProgress&) {}, {});
        QVERIFY2(imitator.has_value(), imitator ? "" : imitator.error().message.c_str());
        QVERIFY(right(o.output, "usual") + 1 >= m_usual);
    }
};

QTEST_GUILESS_MAIN(TestFineTune)
#include "test_finetune.moc"
