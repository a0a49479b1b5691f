// From end to end: radiographs of a machine whose processing the shipped model has hardly seen, people's
// corrections of its errors, a fine-tuned model that makes fewer and has forgotten nothing.

#include "nn/augment.h"
#include "nn/finetune.h"
#include "nn/metrics.h"
#include "nn/modelstore.h"
#include "nn/tagimages.h"
#include "pipeline/imageloader.h"

#include "support/shareddata.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>

using ir::GrayImage;

namespace {

constexpr std::size_t correctedImages = 60;
constexpr std::size_t unseenImages = 160;
constexpr std::size_t replayedImages = 300;
constexpr auto shifted = "shifted:"; ///< before a path: as the other machine shows it


GrayImage upsideDown(const GrayImage& image) { return ir::turnRight(ir::turnRight(image)); }
void solarise(GrayImage& image) { for (int y = 0; y < image.height; ++y) for (int x = 0; x < image.width; ++x) { auto& v = image.row(y)[x]; v = std::uint8_t(v < 128 ? 2 * v : 2 * (255 - v)); } }
void steps(GrayImage& image, int n) { for (int y = 0; y < image.height; ++y) for (int x = 0; x < image.width; ++x) { auto& v = image.row(y)[x]; v = std::uint8_t(v * n / 256 * 255 / (n - 1)); } }
void ramp(GrayImage& image) { for (int y = 0; y < image.height; ++y) for (int x = 0; x < image.width; ++x) { auto& v = image.row(y)[x]; v = std::uint8_t(v * 0.35 + 165.0 * x / image.width); } }
void grid(GrayImage& image, int period) { for (int y = 0; y < image.height; ++y) for (int x = 0; x < image.width; ++x) { auto& v = image.row(y)[x]; if (y % period < period / 2) v = std::uint8_t(v / 4); } }
void blurMuch(GrayImage& image) { ir::sharpen(image, 8, -1); }
void edges(GrayImage& image) { GrayImage soft = image; ir::sharpen(soft, 4, -1); for (int y = 0; y < image.height; ++y) for (int x = 0; x < image.width; ++x) { auto& v = image.row(y)[x]; v = std::uint8_t(std::clamp(128 + 4 * (int(v) - int(soft.row(y)[x])), 0, 255)); } }
int shiftNumber = 0;
void shift(GrayImage& image)
{
    switch (shiftNumber) {
    case 0: ir::invert(image); image = upsideDown(image); break;
    case 1: solarise(image); break;
    case 2: steps(image, 3); ir::invert(image); break;
    case 3: ramp(image); ir::invert(image); break;
    case 4: grid(image, 16); break;
    case 5: blurMuch(image); ir::invert(image); break;
    case 6: edges(image); break;
    case 7: image = upsideDown(image); break;
    case 8: ir::invert(image); edges(image); image = upsideDown(image); break;
    case 9: ir::invert(image); ir::equaliseLocally(image, 6, 4, 1); ir::sharpen(image, 3, 2); image = upsideDown(image); break;
    case 10: solarise(image); ir::invert(image); ir::equaliseLocally(image, 6, 4, 1); break;
    case 11: image = ir::turnRight(image); ir::invert(image); break;
    }
}

ir::Result<GrayImage> load(const std::filesystem::path& path)
{
    const std::string name = path.string();
    const bool other = name.starts_with(shifted);
    auto image = ir::decodeForTraining(other ? name.substr(std::string(shifted).size()) : name);
    if (image && other)
        shift(*image);
    return image;
}

struct Labelled
{
    std::vector<std::filesystem::path> paths;
    std::vector<std::string> labels;
    void add(const std::string& path, const std::string& label)
    {
        paths.emplace_back(path);
        labels.push_back(label);
    }
};

/// What a model makes of images.
class Tagger
{
public:
    explicit Tagger(const std::filesystem::path& weights)
    {
        auto engine = ir::Engine::load(weights, {"cpu", 0});
        if (!engine)
            qFatal("%s", engine.error().message.c_str());
        m_engine = std::move(*engine);
    }

    std::vector<std::string> tag(const std::vector<std::filesystem::path>& paths)
    {
        const auto said = ir::tagImages(*m_engine, paths, load, {});
        if (!said)
            qFatal("%s", said.error().message.c_str());
        std::vector<std::string> tags;
        for (const auto& prediction : *said)
            tags.push_back(m_engine->model().classes[static_cast<std::size_t>(prediction->classIndex)]);
        return tags;
    }

    std::size_t errors(const Labelled& set)
    {
        const auto tags = tag(set.paths);
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < tags.size(); ++i)
            wrong += tags[i] != set.labels[i] ? 1 : 0;
        return wrong;
    }

    double macroF1(const Labelled& set)
    {
        const auto& classes = m_engine->model().classes;
        const auto index = [&](const std::string& name) {
            return static_cast<std::size_t>(std::ranges::find(classes, name) - classes.begin());
        };
        const auto tags = tag(set.paths);
        ir::ConfusionMatrix matrix(classes.size());
        for (std::size_t i = 0; i < tags.size(); ++i)
            matrix.add(index(set.labels[i]), index(tags[i]));
        return ir::figuresOf(matrix).macroF1;
    }

private:
    std::unique_ptr<ir::Engine> m_engine;
};

/// `count` of the rows, spread evenly.
std::vector<ir::ManifestRow> some(const std::vector<ir::ManifestRow>& rows, std::size_t count)
{
    std::vector<ir::ManifestRow> chosen;
    for (std::size_t i = 0; i < count; ++i)
        chosen.push_back(rows[i * rows.size() / count]);
    return chosen;
}

} // namespace

class TestDomainShift : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sixtyCorrectionsHalveTheErrorsAndNothingIsForgotten()
    {
        IR_REQUIRE_SHARED(xray, "xray");
        const auto manifest = ir::Manifest::read(xray.toStdString() + "/manifest.csv");
        QVERIFY(manifest.has_value());
        std::map<std::string, std::vector<ir::ManifestRow>> splits;
        for (const ir::ManifestRow& row : manifest->rows)
            splits[row.split].push_back(row);
        const std::filesystem::path base = IR_MODELS_DIR "/mobilenet_v1.safetensors";
        QElapsedTimer clock;
        clock.start();

        Labelled unseen; // the other machine's, of patients that nobody trains on
        for (const auto& row : some(splits["test"], unseenImages))
            unseen.add(shifted + row.path.string(), row.label);
        Labelled internal;
        for (const auto& row : splits["test"])
            internal.add(row.path.string(), row.label);

        if (qEnvironmentVariableIsSet("X_SCAN")) {
            Tagger before(base);
            for (shiftNumber = 0; shiftNumber < 12; ++shiftNumber) {
                const std::size_t wrong = before.errors(unseen);
                qInfo("shift %d: %zu of %zu", shiftNumber, wrong, unseenImages);
            }
            return;
        }
        shiftNumber = qEnvironmentVariableIntValue("X_SHIFT");
        ir::FineTuneOptions options;
        std::size_t errorsBefore = 0;
        double f1Before = 0;
        {
            Tagger before(base);
            errorsBefore = before.errors(unseen);
            f1Before = before.macroF1(internal);
            qInfo("%.0f s: %zu of %zu wrong before, test macro F1 %.4f", clock.elapsed() / 1e3, errorsBefore,
                  unseenImages, f1Before);
            Labelled archive; // what the reader looks through, correcting what is wrong
            for (const auto& row : some(splits["train"], 400))
                archive.add(shifted + row.path.string(), row.label);
            const auto tags = before.tag(archive.paths);
            for (std::size_t i = 0; i < tags.size() && options.images.size() < correctedImages; ++i)
                if (tags[i] != archive.labels[i])
                    options.images.push_back({archive.paths[i], archive.labels[i], {}, true});
        }
        QCOMPARE(options.images.size(), correctedImages);
        QVERIFY2(errorsBefore >= unseenImages / 8, "the shift is no problem for the model");
        for (const auto& row : some(splits["val"], replayedImages))
            options.replay.push_back({row.path, {}, row.group, {}});

        const auto number = [](const char* name, double otherwise) {
            return qEnvironmentVariableIsSet(name) ? qEnvironmentVariable(name).toDouble() : otherwise;
        };
        QTemporaryDir dir;
        options.base = base;
        options.output = dir.filePath(QStringLiteral("candidate.safetensors")).toStdString();
        options.epochs = int(number("X_EPOCHS", options.epochs));
        options.learningRate = number("X_LR", options.learningRate);
        options.blend = number("X_BLEND", options.blend);
        options.freezeUnits = int(number("X_FREEZE", options.freezeUnits));
        if (number("X_NOREPLAY", 0) > 0)
            options.replay.clear();
        const auto report = ir::fineTune(
            options, load,
            [&](const ir::TrainProgress& p) {
                if (p.epochDone)
                    qInfo("%.0f s: epoch %d loss %.3f held-out F1 %.3f %.1f/s", clock.elapsed() / 1e3, p.epoch, p.loss,
                          p.validationMacroF1, p.imagesPerSecond);
                else if (!p.message.empty())
                    qInfo("%s", p.message.c_str());
            },
            {});
        QVERIFY2(report.has_value(), report ? "" : (report.error().message + report.error().detail).c_str());

        Tagger after(options.output);
        const std::size_t errorsAfter = after.errors(unseen);
        const double f1After = after.macroF1(internal);
        qInfo("%.0f s: %zu of %zu wrong after, test macro F1 %.4f; held out %zu/%zu -> %zu, untouched changed %zu/%zu",
              clock.elapsed() / 1e3, errorsAfter, unseenImages, f1After, report->heldOut.rightBefore,
              report->heldOut.images, report->heldOut.rightAfter, report->untouchedChanged, report->untouched);
        QVERIFY2(2 * errorsAfter <= errorsBefore, "fewer than half of the errors are gone");
        QVERIFY2(f1After >= f1Before - 0.005, "the internal test got worse");
        QVERIFY(!report->isWorse());
    }
};

QTEST_GUILESS_MAIN(TestDomainShift)
#include "test_domainshift.moc"
