#include "review/drift.h"

#include <QtTest>

namespace {

ir::TimedPair pair(std::int64_t timeMs, std::uint32_t first, std::uint32_t second)
{
    return {timeMs, {0, 1}, {first, second}};
}

std::int64_t msOf(const char* time)
{
    return QDateTime::fromString(QString::fromLatin1(time), Qt::ISODate).toMSecsSinceEpoch();
}

} // namespace

class TestDrift : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everySoManyImagesMakeAPoint()
    {
        // Given out of order; by time: agree, agree | agree, differ | differ.
        const auto points = ir::driftPerImages(
            {pair(50, 0, 1), pair(10, 0, 0), pair(40, 1, 0), pair(20, 1, 1), pair(30, 1, 1)}, 2, 2);
        QCOMPARE(points.size(), std::size_t(3));
        QCOMPARE(points[0].fromMs, std::int64_t(10));
        QCOMPARE(points[0].toMs, std::int64_t(20));
        QCOMPARE(points[0].agreed, std::uint64_t(2));
        QCOMPARE(*points[0].kappa.value, 1.0);
        QCOMPARE(points[1].images, std::uint64_t(2));
        QCOMPARE(points[1].agreed, std::uint64_t(1));
        QCOMPARE(*points[1].kappa.value, 0.0);        // (0.5 - 0.5) / 0.5
        QCOMPARE(points[2].images, std::uint64_t(1)); // the rest
        QCOMPARE(points[2].agreed, std::uint64_t(0));
        QVERIFY(ir::driftPerImages({}, 2, 10).empty());
        QCOMPARE(ir::driftPerImages({pair(1, 0, 0), pair(2, 0, 0)}, 2, 0).size(), std::size_t(2));
    }

    void weeksBeginOnMonday()
    {
        const auto points = ir::driftPerWeek({pair(msOf("2024-03-04T00:00:00Z"), 0, 1),  // Monday
                                              pair(msOf("2024-03-03T23:59:59Z"), 1, 1),  // Sunday
                                              pair(msOf("2024-02-26T00:00:00Z"), 0, 0),  // Monday
                                              pair(msOf("2024-03-20T12:00:00Z"), 1, 1)}, // later
                                             2);
        QCOMPARE(points.size(), std::size_t(3)); // the week of 11 March had none
        QCOMPARE(points[0].images, std::uint64_t(2));
        QCOMPARE(points[0].agreed, std::uint64_t(2));
        QCOMPARE(points[0].fromMs, msOf("2024-02-26T00:00:00Z"));
        QCOMPARE(points[0].toMs, msOf("2024-03-03T23:59:59Z"));
        QCOMPARE(points[1].images, std::uint64_t(1));
        QCOMPARE(points[1].agreed, std::uint64_t(0));
        QCOMPARE(points[2].images, std::uint64_t(1));
    }

    void aSlowLossOfCareShows()
    {
        // The second reader errs in none, a tenth, two tenths … of each hundred images.
        std::vector<ir::TimedPair> pairs;
        for (int i = 0; i < 500; ++i) {
            const auto truth = static_cast<std::uint32_t>(i % 2);
            const bool errs = i % 10 < i / 100;
            pairs.push_back(pair(i, truth, errs ? 1 - truth : truth));
        }
        const auto points = ir::driftPerImages(pairs, 2, 100);
        QCOMPARE(points.size(), std::size_t(5));
        for (std::size_t i = 0; i < points.size(); ++i) {
            QCOMPARE(points[i].agreed, std::uint64_t(100 - 10 * i));
            QVERIFY(i == 0 || *points[i].kappa.value < *points[i - 1].kappa.value);
        }
    }
};

QTEST_GUILESS_MAIN(TestDrift)
#include "test_drift.moc"
