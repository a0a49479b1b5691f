#include "catalogbuilder.h"
#include "catalogplaces.h"

#include <latch>
#include <thread>

using namespace ir;
using namespace ir::test;

/// Several at one catalog: desks of a server, programs of a machine. What others do is told unasked.
class TestOtherDesks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { CatalogPlaces::addDatabases(); }
    void init() { IR_FRESH_PLACE(m_places, m_path); }

    void openedByManyAtOnceItIsSetUpOnce()
    {
        constexpr int count = 6;
        std::latch ready(count);
        std::vector<std::string> errors(count);
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < count; ++i)
            threads.emplace_back([&, i] {
                ready.arrive_and_wait();
                const auto catalog = Catalog::open(m_path);
                if (!catalog)
                    errors[i] = catalog.error().message + catalog.error().detail;
            });
        for (auto& thread : threads)
            thread.join();
        for (const auto& error : errors)
            QCOMPARE(error, std::string());
    }

    void desksHearOfEachOther()
    {
        auto here = Catalog::open(m_path).value();
        auto there = Catalog::open(m_path).value();
        const auto images = fill(*here, 3);
        QSignalSpy heard(there.get(), &Catalog::labelsChangedElsewhere);
        QSignalSpy own(here.get(), &Catalog::labelsChangedElsewhere);
        IR_ANSWER(labelled, here, setLabel(images, QStringLiteral("spine"), QStringLiteral("Ann")));
        QTRY_COMPARE(heard.size(), 1);
        const auto labels = heard[0][0].value<QHash<qint64, QString>>();
        QCOMPARE(labels.size(), 3);
        QCOMPARE(labels.value(images[1]), QStringLiteral("spine"));
        QCOMPARE(heard[0][1].toString(), QStringLiteral("Ann"));
        IR_ANSWER(undone, here, undo(QStringLiteral("Ann")));
        QTRY_COMPARE(heard.size(), 2);
        const auto again = heard[1][0].value<QHash<qint64, QString>>();
        QCOMPARE(again.value(images[1]), QString());

        QSignalSpy reviews(there.get(), &Catalog::reviewChangedElsewhere);
        ReviewPlan plan;
        plan.name = "project";
        plan.classes = {"spine", "others"};
        plan.readers = {"Ann", "Bob"};
        plan.images.push_back({images[0], 0, {}});
        const qint64 id = here->createReview(plan).value();
        QTRY_COMPARE(reviews.size(), 1);
        auto project = here->openReview(id).value();
        ReviewEvent event;
        event.reader = "Ann";
        event.image = images[0];
        QVERIFY(here->appendReview(id, project, event));
        QTRY_COMPARE(reviews.size(), 2);
        QCOMPARE(reviews[1][0].toLongLong(), id);
        QCOMPARE(own.size(), 0); // nobody is told what he did himself
    }

    void whatTwoDoAtOnceIsToldWhole()
    {
        auto here = Catalog::open(m_path).value();
        auto there = Catalog::open(m_path).value();
        const auto images = fill(*here, 40);
        QHash<qint64, QString> seen;
        connect(there.get(), &Catalog::labelsChangedElsewhere, this,
                [&](const QHash<qint64, QString>& labels) { seen.insert(labels); });
        for (int i = 0; i < 40; i += 2) {
            here->setLabel({images[i]}, QStringLiteral("spine"), QStringLiteral("Ann"));
            there->setLabel({images[i + 1]}, QStringLiteral("others"), QStringLiteral("Bob"));
        }
        const auto annsAreSeen = [&] {
            for (int i = 0; i < 40; i += 2)
                if (seen.value(images[i]) != QLatin1String("spine"))
                    return false;
            return true;
        };
        QTRY_VERIFY_WITH_TIMEOUT(annsAreSeen(), 20'000);
    }

private:
    CatalogPlaces m_places;
    QString m_path;
};

QTEST_GUILESS_MAIN(TestOtherDesks)
#include "test_otherdesks.moc"
