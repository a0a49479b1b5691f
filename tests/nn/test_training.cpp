// The parts of training that need no net: manifest, corrections, sampling, schedule, calibration.

#include "nn/calibrate.h"
#include "nn/manifest.h"
#include "nn/schedule.h"
#include "nn/trainer.h"

#include "base/atomicfile.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <map>
#include <numeric>
#include <set>

using ir::Manifest;

class TestTraining : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;

    std::filesystem::path file(const char* name, const std::string& text)
    {
        const std::filesystem::path path = m_dir.filePath(QString::fromLatin1(name)).toStdString();
        if (!ir::writeFileAtomically(path, text))
            qFatal("cannot write the test's file");
        return path;
    }

private Q_SLOTS:
    void readsAManifest()
    {
        const auto path = file("m.csv", "label,path,split,group,source,age\r\n"
                                        "spine,images/a.jpg,train,p1,here,4\r\n"
                                        "others,\"images/b, c.jpg\",val,,there,\r\n");
        const auto manifest = Manifest::read(path);
        QVERIFY2(manifest.has_value(), manifest ? "" : manifest.error().message.c_str());
        QCOMPARE(manifest->rows.size(), std::size_t{2});
        QCOMPARE(manifest->rows[0].path, path.parent_path() / "images/a.jpg");
        QCOMPARE(manifest->rows[0].group, std::string("p1"));
        QCOMPARE(manifest->rows[1].listedPath, std::string("images/b, c.jpg"));
        QCOMPARE(manifest->rows[1].group, std::string("images/b, c.jpg"));
    }

    void refusesManifestsThatLeak_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("says");
        QTest::newRow("a group in two splits")
            << std::string("path,label,split,group\na,spine,train,p1\nb,spine,val,p1\n") << std::string("p1");
        QTest::newRow("a path twice")
            << std::string("path,label,split\na,spine,train\na,spine,val\n") << std::string("twice");
        QTest::newRow("no label") << std::string("path,split\na,train\n") << std::string("label");
    }
    void refusesManifestsThatLeak()
    {
        QFETCH(std::string, text);
        QFETCH(std::string, says);
        const auto manifest = Manifest::read(file("leak.csv", text));
        QVERIFY(!manifest);
        QVERIFY2(manifest.error().message.find(says) != std::string::npos,
                 manifest.error().message.c_str());
    }

    void correctionsChangeExcludeAndAreCounted()
    {
        const auto path = file("m.csv", "path,label,split\na,spine,train\nb,spine,train\nc,others,test\n");
        const auto corrections = file("c.csv", "path,label,reason\na,abdominal,seen\nb,exclude,two views\n"
                                               "c,others,right already\nz,spine,not there\n");
        auto manifest = Manifest::read(path);
        const std::string before = manifest->digest();
        QVERIFY(manifest->correct(corrections));
        QCOMPARE(manifest->rows.size(), std::size_t{2});
        QCOMPARE(manifest->rows[0].label, std::string("abdominal"));
        QCOMPARE(manifest->corrected, std::size_t{1});
        QCOMPARE(manifest->excluded, std::size_t{1});
        QCOMPARE(manifest->notes.size(), std::size_t{1});
        QVERIFY(manifest->notes[0].find("z") != std::string::npos);
        QVERIFY(manifest->digest() != before);
        QVERIFY(!Manifest::read(path)->correct(file("bad.csv", "path,label\na,\n")));
        QVERIFY(!Manifest::read(path)->correct(file("bad.csv", "file,label\na,spine\n")));
    }

    void correctionsAreAddedToAFile()
    {
        // What people keep there, columns of their own too, stays; a second look at an image takes the first one's place.
        const auto path = file("kept.csv", "label,path,by\nspine,a,maria\nothers,b,jo\n");
        const auto count = ir::addCorrections(path, {{"b", "abdominal", "a pelvis"}, {"c, d", "exclude", "two views"}});
        QVERIFY2(count.has_value(), count ? "" : count.error().message.c_str());
        QCOMPARE(*count, std::size_t{3});
        QCOMPARE(*ir::readFile(path), std::string("label,path,by\nspine,a,maria\nabdominal,b,\nexclude,\"c, d\",\n"));
        const auto fresh = path.parent_path() / "fresh.csv";
        QCOMPARE(*ir::addCorrections(fresh, {{"b", "abdominal", "a pelvis"}}), std::size_t{1});
        QCOMPARE(*ir::readFile(fresh), std::string("path,label,reason\nb,abdominal,a pelvis\n"));

        const auto other = file("other.csv", "name,age\nx,3\n");
        const auto refused = ir::addCorrections(other, {{"b", "abdominal", ""}});
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("no columns path and label") != std::string::npos);
        QCOMPARE(*ir::readFile(other), std::string("name,age\nx,3\n"));
    }

    void digestDoesNotDependOnTheOrderOfRows()
    {
        const auto a = Manifest::read(file("1.csv", "path,label\na,spine\nb,others\n"));
        const auto b = Manifest::read(file("2.csv", "path,label\nb,others\na,spine\n"));
        QCOMPARE(a->digest(), b->digest());
    }

    void drawsAreEvenedOut()
    {
        // Class 0: 900 of one source and 100 of another; class 1: 10.
        std::vector<int> labels(1010, 0);
        std::vector<int> sources(1010, 0);
        std::fill(labels.begin() + 1000, labels.end(), 1);
        std::fill(sources.begin() + 900, sources.begin() + 1000, 1);
        const auto shares = [&](double classBalance, double sourceBalance) {
            ir::TrainOptions options;
            options.classBalance = classBalance;
            options.sourceBalance = sourceBalance;
            std::map<std::pair<int, int>, double> counts;
            const auto drawn = ir::drawEpoch(labels, sources, 2000, options, 3);
            for (const std::size_t i : drawn)
                counts[{labels[i], sources[i]}] += 1.0 / 2000;
            return std::array{counts[{0, 0}], counts[{0, 1}], counts[{1, 0}]};
        };
        const auto near = [](double a, double b) { return std::abs(a - b) < 0.003; };
        const auto plain = shares(0, 0);
        QVERIFY(near(plain[0], 900 / 1010.0) && near(plain[1], 100 / 1010.0) && near(plain[2], 10 / 1010.0));
        const auto classes = shares(1, 0);
        QVERIFY(near(classes[0], 0.45) && near(classes[1], 0.05) && near(classes[2], 0.5));
        const auto both = shares(1, 1);
        QVERIFY(near(both[0], 0.25) && near(both[1], 0.25) && near(both[2], 0.5));
    }

    void hardExamplesAreDrawnMoreOftenWithinClassAndSource()
    {
        // Class 0: two sources of 100 images, class 1: 100 images, among which losses differ.
        std::vector<int> labels(300, 0);
        std::vector<int> sources(300, 0);
        std::fill(labels.begin() + 200, labels.end(), 1);
        std::fill(sources.begin() + 100, sources.begin() + 200, 1);
        std::vector<float> losses(300, 1);
        for (std::size_t i = 0; i < 300; i += 2)
            losses[i] = 0.5F;
        losses[1] = 1000; // surely a wrong label
        losses[100] = losses[101] = -1; // not seen yet
        ir::TrainOptions options;
        const auto counts = [&](double share) {
            options.hardExamples = share;
            std::vector<double> result(300);
            for (const std::size_t i : ir::drawEpoch(labels, sources, 30'000, options, 3, losses))
                ++result[i];
            return result;
        };
        const auto sum = [](const std::vector<double>& of, std::size_t from, std::size_t to) {
            return std::accumulate(of.begin() + static_cast<std::ptrdiff_t>(from),
                                   of.begin() + static_cast<std::ptrdiff_t>(to), 0.0);
        };
        const auto near = [](double a, double b) { return std::abs(a - b) <= 2; };
        const auto even = counts(0);
        QVERIFY(near(even[200], 150) && near(even[201], 150));
        const auto all = counts(1);
        for (const auto& [from, to] : {std::pair{0, 100}, {100, 200}, {200, 300}}) // the balance stays
            QVERIFY(std::abs(sum(all, from, to) - sum(even, from, to)) < 3);
        QVERIFY(near(all[200], 100) && near(all[201], 200)); // 150 times 0.5/0.75 and 1/0.75
        QVERIFY(near(all[100], 75) && near(all[101], 75));   // the mean
        QVERIFY(all[1] > 2.5 * even[1] && all[1] < 4 * even[1]);
        const auto half = counts(0.5);
        QVERIFY(near(half[200], 125) && near(half[201], 175));
        losses.assign(300, 0); // all is learnt
        QCOMPARE(counts(1), even);
    }

    void drawsRepeatForAnEpochAndDifferBetweenThem()
    {
        const std::vector<int> labels{0, 0, 0, 1, 1, 2, 2, 2, 2};
        const std::vector<int> sources(9, 0);
        ir::TrainOptions options;
        options.classBalance = 0;
        const auto one = ir::drawEpoch(labels, sources, 9, options, 1);
        QCOMPARE(ir::drawEpoch(labels, sources, 9, options, 1), one);
        QVERIFY(ir::drawEpoch(labels, sources, 9, options, 2) != one);
        // Without evening out, as many draws as images: each once.
        QCOMPARE(std::set<std::size_t>(one.begin(), one.end()).size(), std::size_t{9});
    }

    void learningRateRestarts()
    {
        ir::TrainOptions options;
        options.learningRate = 1;
        options.epochs = 30;
        options.restartEpochs = 10;
        options.restartFactor = 2;
        QCOMPARE(ir::learningRateAt(options, 0), 1.0);
        QVERIFY(std::abs(ir::learningRateAt(options, 5) - 0.505) < 1e-9);
        QVERIFY(ir::learningRateAt(options, 9.999) < 0.0101);
        QCOMPARE(ir::learningRateAt(options, 10), 1.0);
        QVERIFY(std::abs(ir::learningRateAt(options, 20) - 0.505) < 1e-9);
        QVERIFY(ir::learningRateAt(options, 29.999) < 0.0101);
        options.restartEpochs = 0;
        options.warmupEpochs = 2;
        QVERIFY(std::abs(ir::learningRateAt(options, 1) - 0.5) < 1e-9);
        QCOMPARE(ir::learningRateAt(options, 2), 1.0);
        QVERIFY(ir::learningRateAt(options, 29.999) < 0.0101);
    }

    void imagesGrowFromTheStartSizeToTheInputs()
    {
        const auto sides = [](int start, int full, int epochs) {
            ir::TrainOptions options;
            options.startSize = start;
            options.input.size = full;
            options.epochs = epochs;
            std::vector<int> result;
            for (int epoch = 1; epoch <= epochs + 1; ++epoch) // one more: BatchNorm's statistics after blending
                result.push_back(ir::sideAt(options, epoch));
            return result;
        };
        using Sides = std::vector<int>;
        QCOMPARE(sides(128, 224, 10), (Sides{128, 128, 160, 160, 192, 192, 224, 224, 224, 224, 224}));
        QCOMPARE(sides(0, 224, 2), (Sides{224, 224, 224}));
        QCOMPARE(sides(224, 224, 2), (Sides{224, 224, 224}));
        QCOMPARE(sides(200, 224, 5), (Sides{200, 200, 200, 224, 224, 224})); // a step cut short
        QCOMPARE(sides(64, 512, 5), (Sides{64, 192, 352, 512, 512, 512}));   // more steps than epochs
        QCOMPARE(sides(128, 224, 1), (Sides{224, 224}));                     // the last is always whole
    }

    void temperatureIsFound()
    {
        // Logits three times too sure of themselves: right 70 % of the time where they say 95 %.
        ir::LabelledLogits data;
        data.classes = 2;
        for (int i = 0; i < 1000; ++i) {
            data.logits.insert(data.logits.end(), {3, 0});
            data.labels.push_back(i % 10 < 7 ? 0 : 1);
        }
        const double temperature = ir::fitTemperature(data);
        QVERIFY(std::abs(temperature - 3 / std::log(7.0 / 3)) < 1e-3);
        QVERIFY(ir::crossEntropy(data, temperature) < ir::crossEntropy(data, 1));
        const auto p = ir::softmax(std::vector<float>{1000, 0}, 1);
        QCOMPARE(p[0], 1.0);
    }

    void reviewThresholdKeepsThePromise()
    {
        ir::LabelledLogits data;
        data.classes = 2;
        for (int i = 0; i < 400; ++i) { // the surer the more often right
            const float logit = static_cast<float>(i) / 100;
            data.logits.insert(data.logits.end(), {logit, 0});
            data.labels.push_back(i < 100 && i % 3 == 0 ? 1 : 0);
        }
        const double threshold = ir::chooseReviewThreshold(data, 1, 0.995, 0.5);
        int accepted = 0;
        int right = 0;
        for (std::size_t i = 0; i < data.labels.size(); ++i) {
            const auto p = ir::softmax(std::span(data.logits).subspan(2 * i, 2), 1);
            if (p[0] >= threshold) {
                ++accepted;
                right += data.labels[i] == 0;
            }
        }
        QVERIFY(accepted >= 300 && accepted < 400);
        QVERIFY(right >= 0.995 * accepted);
        QCOMPARE(ir::chooseReviewThreshold(data, 1, 0.5, 0.9), 0.9);
    }

    /// Three classes that the net confuses evenly, one of which it was taught to expect too often.
    void undoesDrawnPriors()
    {
        ir::LabelledLogits data;
        data.classes = 3;
        // Class 2 is rare in truth, yet its logit is as high as if it were not.
        for (int i = 0; i < 300; ++i) {
            const int truth = i % 20 == 0 ? 2 : i % 2;
            const float unsure = static_cast<float>(i % 7) / 7;
            for (int c = 0; c < 3; ++c)
                data.logits.push_back(c == truth ? 1 + unsure : c == 2 ? 1.2F : 0);
            data.labels.push_back(truth);
        }
        const auto wrong = [&] {
            int count = 0;
            for (std::size_t i = 0; i < data.labels.size(); ++i) {
                const auto first = data.logits.begin() + static_cast<std::ptrdiff_t>(i * 3);
                count += std::max_element(first, first + 3) - first != data.labels[i] ? 1 : 0;
            }
            return count;
        };
        const int before = wrong();
        const double lossBefore = ir::crossEntropy(data, 1);
        const auto bias = ir::fitClassBias(data, 1);
        QCOMPARE(bias.size(), std::size_t{3});
        QVERIFY(bias[2] < bias[0] - 0.3 && bias[2] < bias[1] - 0.3);
        for (std::size_t i = 0; i < data.logits.size(); ++i)
            data.logits[i] += static_cast<float>(bias[i % 3]);
        QVERIFY(ir::crossEntropy(data, 1) < lossBefore);
        QVERIFY(wrong() < before / 2);
    }

    void fewImagesMoveTheBiasLittle()
    {
        ir::LabelledLogits one;
        one.classes = 2;
        one.logits = {0, 0};
        one.labels = {1};
        const auto bias = ir::fitClassBias(one, 1);
        QVERIFY(bias[1] > 0 && bias[1] < 0.5);
        QCOMPARE(ir::fitClassBias({{}, {}, 2}, 1), (std::vector<double>{0, 0}));
    }
};

QTEST_APPLESS_MAIN(TestTraining)
#include "test_training.moc"
