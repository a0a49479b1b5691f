#include "evaluation/comparison.h"

#include "evaluationbuilder.h"

#include <QtTest>

#include <cmath>

namespace {

/// 200 images of two classes; each `period`-th is told wrong.
ir::Evaluation model(const std::string& name, int period, std::vector<std::string> classes)
{
    ir::test::EvaluationBuilder builder({}, classes);
    builder.evaluation.modelName = name;
    for (int i = 0; i < 200; ++i) {
        const std::string label = i % 3 == 0 ? "spine" : "others";
        const int truth = classes[0] == label ? 0 : 1;
        builder.add(label, i == 7 ? -1 : i % period == 0 ? 1 - truth : truth);
    }
    return builder.evaluation;
}

} // namespace

class TestComparison : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachModelIsComparedWithTheBest()
    {
        const std::vector<ir::Evaluation> evaluations{model("fair", 9, {"spine", "others"}),
                                                      model("good", 40, {"others", "spine"}),
                                                      model("poor", 3, {"spine", "others"})};
        const std::vector<ir::InferenceTime> times{{10, 3, 2}, {10, 5, 4}, {10, 1, 1}};
        const auto comparison = ir::compareModels(evaluations, times);
        QVERIFY(comparison);
        QCOMPARE(comparison->best, std::size_t(1));
        QVERIFY(!comparison->models[1].toBest);
        QCOMPARE(comparison->models[1].summary.matrix.total(), std::uint64_t(199));
        QCOMPARE(comparison->models[0].time.singleMs, 3.0);
        for (const std::size_t m : {std::size_t(0), std::size_t(2)}) {
            const ir::PairedDifference& paired = comparison->models[m].toBest.value();
            const double expected = comparison->models[m].summary.figures.macroF1 -
                                    comparison->models[1].summary.figures.macroF1;
            QVERIFY(std::abs(paired.difference - expected) < 1e-12);
            QVERIFY(paired.interval.low < paired.difference && paired.interval.high > paired.difference);
            QVERIFY(paired.interval.high < 0);
            QVERIFY(paired.pValue < 0.05);
        }
    }

    void otherClassesCannotBeCompared()
    {
        const std::vector<ir::Evaluation> evaluations{model("one", 9, {"spine", "others"}),
                                                      model("two", 9, {"spine", "hands"})};
        const std::vector<ir::InferenceTime> times(2);
        const auto comparison = ir::compareModels(evaluations, times);
        QVERIFY(!comparison);
        QVERIFY(comparison.error().message.find("two") != std::string::npos);
        QVERIFY(!ir::compareModels({}, {}));
    }
};

QTEST_GUILESS_MAIN(TestComparison)
#include "test_comparison.moc"
