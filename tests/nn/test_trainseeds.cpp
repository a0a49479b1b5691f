// Several runs of one recipe.

#include "nn/trainseeds.h"

#include "base/atomicfile.h"
#include "support/stripes.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

using ir::TrainOptions;

class TestTrainSeeds : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;
    std::vector<std::pair<int, int>> m_epochs; ///< trained by the last call: run, epoch

    TrainOptions options(const char* name) const
    {
        TrainOptions o;
        for (int label = 0; label < 3; ++label)
            for (int i = 0; i < 8; ++i) {
                ir::ManifestRow row;
                row.listedPath = std::to_string(label) + "_" + std::to_string(i);
                row.path = row.listedPath;
                row.group = row.listedPath;
                row.label = std::string(1, static_cast<char>('a' + label));
                row.split = i < 6 ? "train" : "val";
                o.rows.push_back(std::move(row));
            }
        o.output = m_dir.filePath(QString::fromLatin1(name)).toStdString();
        o.classes = {"a", "b", "c"};
        o.input.size = 32;
        o.epochs = 2;
        o.batch = 4;
        o.learningRate = 1e-3;
        o.seed = 7;
        o.threads = 1;
        return o;
    }

    /// Stops after an epoch of a run (1 …) where one is named.
    ir::Result<ir::SeedsReport> trainSeeds(const TrainOptions& o, int seeds,
                                           std::pair<int, int> stopAfter = {})
    {
        m_epochs.clear();
        std::stop_source stop;
        int run = 0;
        return ir::trainSeeds(
            o, seeds, ir::test::loadStripes,
            [&](const ir::TrainProgress& p) {
                if (p.message.starts_with("Run "))
                    ++run;
                if (!p.epochDone)
                    return;
                m_epochs.emplace_back(run, p.epoch);
                if (m_epochs.back() == stopAfter)
                    stop.request_stop();
            },
            stop.get_token());
    }

    static std::string bytes(const std::filesystem::path& path)
    {
        return ir::readFile(path).value_or(std::string());
    }

private Q_SLOTS:
    void everySeedHasItsFileAndTheBestIsCopied()
    {
        const TrainOptions o = options("net.safetensors");
        const auto report = trainSeeds(o, 3);
        QVERIFY2(report, report ? "" : (report.error().message + report.error().detail).c_str());
        QCOMPARE(report->runs.size(), std::size_t{3});
        double sum = 0;
        double squares = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            const auto& run = report->runs[i];
            QCOMPARE(run.seed, 7 + i);
            QCOMPARE(run.report.model.path, ir::outputOfSeed(o.output, run.seed));
            QVERIFY(std::isfinite(run.report.validationLoss) && run.report.validationLoss > 0);
            sum += run.report.validationMacroF1;
            squares += std::pow(run.report.validationMacroF1, 2);
            const auto& best = report->runs[report->best].report;
            QVERIFY(std::pair(best.validationMacroF1, -best.validationLoss) >=
                    std::pair(run.report.validationMacroF1, -run.report.validationLoss));
        }
        QVERIFY(std::abs(report->meanMacroF1 - sum / 3) < 1e-12);
        QVERIFY(std::abs(report->deviationOfMacroF1 -
                         std::sqrt(std::max(0.0, squares - sum * sum / 3) / 2)) < 1e-6);
        QCOMPARE(report->model.path, o.output);
        QCOMPARE(report->model.digest, report->runs[report->best].report.model.digest);
        QVERIFY(bytes(o.output) ==
                bytes(ir::outputOfSeed(o.output, report->runs[report->best].seed)));
        QCOMPARE(ir::outputOfSeed("a/b.c.safetensors", 12),
                 std::filesystem::path("a/b.c-seed12.safetensors"));

        // Each is what train() makes of its seed.
        TrainOptions one = options("one.safetensors");
        one.seed = 8;
        QVERIFY(ir::train(one, ir::test::loadStripes, [](const ir::TrainProgress&) {}, {}));
        QVERIFY(bytes(one.output) == bytes(ir::outputOfSeed(o.output, 8)));

        // And they can be averaged as any runs can.
        one.averageOf = {ir::outputOfSeed(o.output, 7), ir::outputOfSeed(o.output, 8)};
        QVERIFY(ir::train(one, ir::test::loadStripes, [](const ir::TrainProgress&) {}, {}));
    }

    void resumingGoesOnWithTheRunThatWasBrokenOff()
    {
        const TrainOptions whole = options("whole.safetensors");
        const auto expected = trainSeeds(whole, 3);
        QVERIFY(expected);

        TrainOptions parts = options("parts.safetensors");
        const auto stopped = trainSeeds(parts, 3, {2, 1});
        QVERIFY(stopped);
        QVERIFY(stopped->interrupted);
        QCOMPARE(stopped->runs.size(), std::size_t{2});
        QVERIFY(!std::filesystem::exists(parts.output));
        parts.resume = true;
        const auto resumed = trainSeeds(parts, 3);
        QVERIFY2(resumed, resumed ? "" : resumed.error().message.c_str());
        QCOMPARE(m_epochs, (std::vector<std::pair<int, int>>{{2, 2}, {3, 1}, {3, 2}}));
        QVERIFY(bytes(parts.output) == bytes(whole.output));
        for (const std::uint64_t seed : {7, 8, 9})
            QVERIFY(bytes(ir::outputOfSeed(parts.output, seed)) ==
                    bytes(ir::outputOfSeed(whole.output, seed)));
        QCOMPARE(resumed->meanMacroF1, expected->meanMacroF1);
        QCOMPARE(resumed->best, expected->best);
    }

    void whatFailsIsSaid()
    {
        TrainOptions o = options("none.safetensors");
        QVERIFY(!trainSeeds(o, 0));
        o.classes.emplace_back("d");
        const auto report = trainSeeds(o, 2);
        QVERIFY(!report);
        QVERIFY(report.error().message.find("\"d\"") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestTrainSeeds)
#include "test_trainseeds.moc"
