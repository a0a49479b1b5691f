#include "evaluation/evaluation.h"

#include "evaluationbuilder.h"

#include <QtTest>

#include <cmath>
#include <random>

namespace {

bool near(double a, double b, double tolerance = 1e-12)
{
    return std::abs(a - b) <= tolerance;
}

} // namespace

class TestEvaluation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rowsAreSummedUp()
    {
        ir::test::EvaluationBuilder builder;
        builder.add("spine", 3)
            .add("spine", 0, 0.5F, {}, true)
            .add("others", 4)
            .add("ood", 2)
            .add("spine", -1);
        const ir::Summary summary = ir::summarise(builder.evaluation);
        QCOMPARE(summary.read, std::size_t(4));
        QCOMPARE(summary.unreadable, std::size_t(1));
        QCOMPARE(summary.matrix.total(), std::uint64_t(3));
        QCOMPARE(summary.matrix.at(3, 0), std::uint64_t(1));
        QCOMPARE(summary.needReview, std::size_t(1));
        QCOMPARE(summary.acceptedFigures.accuracy, 1.0);
        QCOMPARE(summary.otherLabels.at("ood"), std::size_t(1));
        QVERIFY(summary.intervals.accuracy.low < 2.0 / 3 && summary.intervals.accuracy.high > 2.0 / 3);
    }

    void tablesAreByColumn()
    {
        ir::test::EvaluationBuilder builder({"source", "manufacturer"});
        builder.add("spine", 3, 0.9F, {"a", "X"})
            .add("spine", 4, 0.9F, {"b", "X"})
            .add("spine", 3, 0.9F, {"a"});
        const ir::EvaluationReport report = ir::reportOf(builder.evaluation);
        QCOMPARE(report.tables.size(), std::size_t(2));
        QCOMPARE(report.tables[0].column, std::string("source"));
        QCOMPARE(report.tables[0].values[0].first, std::string("a"));
        QCOMPARE(report.tables[0].values[0].second.figures.accuracy, 1.0);
        QCOMPARE(report.tables[0].values[1].second.figures.accuracy, 0.0);
        QCOMPARE(report.tables[1].values[0].first, std::string());
        QCOMPARE(report.tables[1].values[1].second.figures.accuracy, 0.5);
    }

    void agesAreBalancedOnSourcesWithBoth()
    {
        ir::test::EvaluationBuilder builder({"source"});
        for (int i = 0; i < 10; ++i)
            builder.add("adult_chest", i < 9 ? 1 : 2, 0.9F, {"both"});
        for (int i = 0; i < 4; ++i)
            builder.add("pediatric_chest", i < 2 ? 2 : 3, 0.9F, {"both"});
        builder.add("adult_chest", 2, 0.9F, {"adults only"}).add("spine", 1, 0.9F, {"both"});
        const auto ages = ir::reportOf(builder.evaluation).ages;
        QCOMPARE(ages.size(), std::size_t(2)); // the one source, and all
        QCOMPARE(ages[0].source, std::string("both"));
        QCOMPARE(ages[0].adults, std::size_t(10));
        QVERIFY(near(ages[0].adultRecall, 0.9) && near(ages[0].childRecall, 0.5));
        QVERIFY(near(ages[0].balancedAccuracy, 0.7));
        QVERIFY(ages[0].interval && ages[0].interval->low < 0.7 && ages[0].interval->high > 0.7);
        QVERIFY(ages[1].source.empty());
        QCOMPARE(ages[1].balancedAccuracy, ages[0].balancedAccuracy);

        ir::test::EvaluationBuilder adults({"source"});
        adults.add("adult_chest", 1, 0.9F, {"a"}).add("pediatric_chest", 2, 0.9F, {"b"});
        QVERIFY(ir::reportOf(adults.evaluation).ages.empty());
    }

    /// Labels are drawn with the probabilities of a model at temperature 1; its file says that they were
    /// divided by 2, so its confidences are too low, and taking the temperature back makes them right.
    void aTemperatureThatDoesNotFitIsSeen()
    {
        std::mt19937 random(3);
        ir::test::EvaluationBuilder builder({}, {"a", "b", "c"});
        builder.evaluation.model.temperature = 2;
        const auto uniform = [&] { return static_cast<double>(random()) / 4294967296.0; };
        for (int i = 0; i < 4000; ++i) {
            std::array<double, 3> logits{4 * uniform(), 4 * uniform(), 4 * uniform()};
            const auto softmax = [&](double temperature) {
                std::array<double, 3> p{};
                double sum = 0;
                for (std::size_t c = 0; c < 3; ++c)
                    sum += p[c] = std::exp(logits[c] / temperature);
                for (double& value : p)
                    value /= sum;
                return p;
            };
            const auto real = softmax(1);
            const double draw = uniform();
            const std::size_t truth = draw < real[0] ? 0 : draw < real[0] + real[1] ? 1 : 2;
            const auto said = softmax(2);
            const auto tag = std::ranges::max_element(said) - said.begin();
            builder.add(builder.evaluation.model.classes[truth], static_cast<int>(tag));
            ir::Prediction& prediction = *builder.evaluation.rows.back().prediction;
            prediction.probabilities.assign(said.begin(), said.end());
            prediction.confidence = prediction.probabilities[static_cast<std::size_t>(tag)];
        }
        const ir::Calibration calibration = ir::reportOf(builder.evaluation).calibration;
        QCOMPARE(calibration.temperature, 2.0);
        QVERIFY(calibration.error > 0.1);
        QVERIFY(calibration.errorWithoutTemperature < 0.03);
        QVERIFY2(near(calibration.fittedTemperature, 1, 0.1),
                 qPrintable(QString::number(calibration.fittedTemperature)));
    }

    void theThresholdOfThePrecisionIsGiven()
    {
        ir::test::EvaluationBuilder builder;
        for (int i = 0; i < 300; ++i)
            builder.add("spine", i < 250 ? 3 : 4, 0.99F - 0.001F * static_cast<float>(i));
        const ir::Calibration calibration = ir::reportOf(builder.evaluation).calibration;
        QVERIFY(calibration.precise);
        QCOMPARE(calibration.precise->accepted, std::size_t(251)); // 250 of 251 are 99.6 %
        QVERIFY(near(calibration.precise->threshold, 0.74, 1e-5));
    }

    void nothingToMeasureIsNoFailure()
    {
        ir::test::EvaluationBuilder builder({"source"});
        builder.add("spine", -1, 0, {"a"}).add("ood", 1, 0.5F, {"a"});
        const ir::EvaluationReport report = ir::reportOf(builder.evaluation);
        QCOMPARE(report.whole.matrix.total(), std::uint64_t(0));
        QVERIFY(report.ages.empty());
        QVERIFY(!report.calibration.precise);
    }

    void theManufacturerIsTheSetsElseTheHeaders()
    {
        const ir::LabelledSet set{.name = "m",
                                  .split = {},
                                  .columns = {"manufacturer"},
                                  .images = {{"1", "1", "spine", {"Ours"}}, {"2", "2", "spine", {""}}}};
        ir::Prediction said;
        said.classIndex = 0;
        said.probabilities = {1, 0, 0, 0, 0};
        const ir::Tagging tagging{.images = {{"", "Theirs", {said}}, {"", "Theirs", {said}}},
                                  .notices = {}};
        ir::ModelInfo model;
        model.classes = ir::defaultClasses();
        const ir::Evaluation evaluation = ir::evaluationOf(set, tagging, 0, model, "net");
        QCOMPARE(evaluation.rows[0].values[0], std::string("Ours"));
        QCOMPARE(evaluation.rows[1].values[0], std::string("Theirs"));
        QCOMPARE(evaluation.rows[0].truth.value(), std::size_t(3));

        ir::LabelledSet plain = set;
        plain.columns.clear();
        plain.images[0].values.clear();
        plain.images[1].values.clear();
        QCOMPARE(ir::evaluationOf(plain, tagging, 0, model, "net").columns,
                 std::vector<std::string>{"manufacturer"});
    }
};

QTEST_GUILESS_MAIN(TestEvaluation)
#include "test_evaluation.moc"
