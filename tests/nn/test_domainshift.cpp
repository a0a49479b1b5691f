// From end to end: radiographs of a scanner that stores negatives upside down, which the shipped model often gets
// wrong; people's corrections of its errors; a fine-tuned model that makes fewer and has forgotten nothing.

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
#include <set>

using ir::GrayImage;

namespace {

constexpr std::size_t correctedImages = 60;
constexpr std::size_t unseenImages = 160;
constexpr std::size_t replayedImages = 1150;
constexpr auto shifted = "shifted:"; ///< before a path: as the other machine shows it

void shift(GrayImage& image)
{
    ir::invert(image);
    image = ir::turnRight(ir::turnRight(image));
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

        Labelled unseen; // the other machine's, of patients that nobody trains on
        for (const auto& row : some(splits["test"], unseenImages))
            unseen.add(shifted + row.path.string(), row.label);
        Labelled internal;
        for (const auto& row : splits["test"])
            internal.add(row.path.string(), row.label);

        ir::FineTuneOptions options;
        std::size_t errorsBefore = 0;
        double f1Before = 0;
        {
            Tagger before(base);
            errorsBefore = before.errors(unseen);
            f1Before = before.macroF1(internal);
            // The reader looks through the other machine's images, correcting what is wrong.
            const auto& rows = splits["train"];
            constexpr std::size_t sittings = 20;
            for (std::size_t sitting = 0; sitting < sittings && options.images.size() < correctedImages; ++sitting) {
                Labelled archive;
                for (std::size_t i = sitting; i < rows.size(); i += sittings)
                    archive.add(shifted + rows[i].path.string(), rows[i].label);
                const auto tags = before.tag(archive.paths);
                for (std::size_t i = 0; i < tags.size() && options.images.size() < correctedImages; ++i)
                    if (tags[i] != archive.labels[i])
                        options.images.push_back({archive.paths[i], archive.labels[i], {}, true});
            }
        }
        QCOMPARE(options.images.size(), correctedImages);
        QVERIFY2(errorsBefore >= unseenImages / 5, "the shift is no problem for the model");
        std::set<std::filesystem::path> corrected;
        for (const auto& image : options.images)
            corrected.insert(image.path.string().substr(std::string(shifted).size()));
        for (const char* split : {"train", "val"})
            for (const auto& row : some(splits[split], replayedImages / 2))
                if (!corrected.contains(row.path))
                    options.replay.push_back({row.path, {}, row.group, {}});

        QTemporaryDir dir;
        options.base = base;
        options.output = dir.filePath(QStringLiteral("candidate.safetensors")).toStdString();
        const auto report = ir::fineTune(options, load, [](const ir::TrainProgress&) {}, {});
        QVERIFY2(report.has_value(), report ? "" : (report.error().message + report.error().detail).c_str());

        Tagger after(options.output);
        const std::size_t errorsAfter = after.errors(unseen);
        const double f1After = after.macroF1(internal);
        qInfo("errors on %zu unseen shifted images: %zu before, %zu after; macro F1 on the internal test: %.4f, "
              "%.4f; untouched images tagged otherwise: %zu of %zu",
              unseenImages, errorsBefore, errorsAfter, f1Before, f1After, report->untouchedChanged,
              report->untouched);
        QVERIFY2(2 * errorsAfter <= errorsBefore, "fewer than half of the errors are gone");
        QVERIFY2(f1After >= f1Before - 0.005, "the internal test got worse");
        QVERIFY(!report->isWorse());
    }
};

QTEST_GUILESS_MAIN(TestDomainShift)
#include "test_domainshift.moc"
