#include "../catalog/catalogbuilder.h"

#include "pipeline/reviewimages.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <set>

using namespace ir;
using namespace ir::test;

/// Choosing the images of an annotation project from a catalog.
class TestReviewImages : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Catalog> m_catalog;

    QVector<FileSummary> store(const QVector<FileResult>& results)
    {
        return m_catalog->storeResults(results).value();
    }

    std::filesystem::path list(const QByteArray& rows) const
    {
        const QString path = m_dir->filePath(QStringLiteral("list.csv"));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(rows) != rows.size())
            qFatal("cannot write");
        return path.toStdString();
    }

    std::vector<ImageId> idsOf(const ReviewChoice& choice) const
    {
        std::vector<ImageId> ids;
        const auto chosen = chooseImages(*m_catalog, choice);
        if (!chosen)
            qWarning("%s", chosen.error().message.c_str());
        else
            for (const ReviewImage& image : chosen->images)
                ids.push_back(image.id);
        return ids;
    }

    QString pathOf(ImageId image) const
    {
        const auto files = m_catalog->files({}).value();
        const auto found = std::ranges::find(files, image, &FileSummary::imageId);
        return found == files.end() ? QString() : found->path;
    }

    /// 100 images of a rare and a frequent class: 80 spine, 15 others, 5 abdominal.
    void storeHundred()
    {
        QVector<FileResult> results;
        for (int i = 0; i < 100; ++i)
            results.append(classified(QStringLiteral("/a/%1").arg(i, 3, 10, QLatin1Char('0')),
                                      std::to_string(i),
                                      i < 80   ? 3
                                      : i < 95 ? 4
                                               : 0));
        store(results);
    }

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_catalog = Catalog::open(m_dir->filePath(QStringLiteral("c.sqlite"))).value();
    }
    void cleanup() { m_catalog.reset(); }

    void foldersAndFiltersNarrowTheChoice()
    {
        auto doubted = classified(QStringLiteral("/a/2"), "2", 3);
        doubted.prediction->needsReview = true;
        doubted.prediction->confidence = 0.25F;
        const auto files = store({classified(QStringLiteral("/a/1"), "1", 3), doubted,
                                  classified(QStringLiteral("/b/3"), "3", 4),
                                  unreadable(QStringLiteral("/a/4"), QStringLiteral("Broken."))});
        const ImageId one = files[0].imageId;
        const ImageId two = files[1].imageId;
        const ImageId three = files[2].imageId;
        QCOMPARE(idsOf({}), (std::vector<ImageId>{one, two, three}));
        ReviewChoice choice;
        choice.folder = QStringLiteral("/a");
        QCOMPARE(idsOf(choice), (std::vector<ImageId>{one, two}));
        const auto chosen = chooseImages(*m_catalog, choice).value();
        QCOMPARE(chosen.unread, std::size_t(1));
        QCOMPARE(chosen.available, std::size_t(2));
        QCOMPARE(chosen.images[1].uncertainty, 0.75);
        QCOMPARE(chosen.images[1].date, std::string("20240229"));
        QCOMPARE(chosen.countOf.at(QStringLiteral("spine")), std::size_t(2));
        choice = {};
        choice.classes = {QStringLiteral("others")};
        QCOMPARE(idsOf(choice), (std::vector<ImageId>{three}));
        choice = {};
        choice.needsReview = true;
        QCOMPARE(idsOf(choice), (std::vector<ImageId>{two}));
        IR_ANSWER(answer, m_catalog,
                  setLabel({two}, QStringLiteral("spine"), QStringLiteral("Ann")));
        QVERIFY(idsOf(choice).empty()); // a person decided
        choice = {};
        choice.labels = ReviewChoice::Labels::Without;
        QCOMPARE(idsOf(choice), (std::vector<ImageId>{one, three}));
        choice.labels = ReviewChoice::Labels::With;
        QCOMPARE(idsOf(choice), (std::vector<ImageId>{two}));
    }

    void anImageAtTwoPathsCountsOnce()
    {
        const auto files = store({classified(QStringLiteral("/a/1"), "same"),
                                  classified(QStringLiteral("/b/1"), "same")});
        QCOMPARE(files[0].imageId, files[1].imageId);
        QCOMPARE(idsOf({}).size(), std::size_t(1));
        ReviewChoice choice;
        choice.list = list("path\n/b/1\n"); // by its second path
        QCOMPARE(idsOf(choice).size(), std::size_t(1));
    }

    void anImageWithoutATagIsTheMostUncertain()
    {
        auto untagged = classified(QStringLiteral("/a/1"), "1");
        untagged.prediction.reset();
        untagged.predictedClass.clear();
        store({untagged});
        const auto chosen = chooseImages(*m_catalog, {}).value();
        QCOMPARE(chosen.images.at(0).uncertainty, 1.0);
        QCOMPARE(chosen.countOf.at(QString()), std::size_t(1));
    }

    void aListFindsByPathUidOrDigestAndTellsWhatItDoesNotFind()
    {
        const auto files =
            store({classified(QStringLiteral("/a/x/1.dcm"), "1"),
                   classified(QStringLiteral("/a/y/1.dcm"), "2"),
                   classified(QStringLiteral("/a/y/3.dcm"), "3"),
                   classified(QStringLiteral("/a/y/4.dcm"), "4"),
                   unreadable(QStringLiteral("/a/z.dcm"), QStringLiteral("Broken."))});
        ReviewChoice choice;
        choice.list = list("path,sop_instance_uid,digest\n"
                           "x/1.dcm,,\n"     // the end of a path
                           ",1.2.3,\n"       // a UID
                           ",,digest of 4\n" // a digest
                           "/a/y/4.dcm,,\n"  // the same image again
                           "1.dcm,,\n"       // two have this name
                           "nowhere.dcm,,\n" // none
                           "z.dcm,,\n"       // unreadable
                           ",,\n");          // says nothing
        const auto chosen = chooseImages(*m_catalog, choice).value();
        std::vector<ImageId> ids;
        for (const ReviewImage& image : chosen.images)
            ids.push_back(image.id);
        QCOMPARE(ids, (std::vector<ImageId>{files[0].imageId, files[2].imageId, files[3].imageId}));
        QCOMPARE(chosen.listed, std::size_t(8));
        std::map<std::string, std::string> missed;
        for (const auto& miss : chosen.missed)
            missed[miss.place] = miss.image + ": " + miss.reason;
        QCOMPARE(missed.size(), std::size_t(4));
        QCOMPARE(missed.at("row 6"),
                 std::string("1.dcm: Several images have this name; more of the path would tell."));
        QCOMPARE(missed.at("row 7"),
                 std::string("nowhere.dcm: No image has this UID, digest or path."));
        QCOMPARE(missed.at("row 8"),
                 std::string("z.dcm: This file could not be read, or is not read yet."));
        QCOMPARE(missed.at("row 9"), std::string(": No image has this UID, digest or path."));
    }

    void aListWithoutAColumnToFindByIsRefused()
    {
        ReviewChoice choice;
        choice.list = list("name,label\na,b\n");
        const auto refused = chooseImages(*m_catalog, choice);
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("has no column to find images by") !=
                std::string::npos);
        choice.list = m_dir->filePath(QStringLiteral("absent.csv")).toStdString();
        QVERIFY(!chooseImages(*m_catalog, choice));
    }

    void aSampleHasTheSharesOfItsClasses()
    {
        storeHundred();
        ReviewChoice choice;
        choice.sample = 30; // 24, 4.5, 1.5: remainders tie, and the first name gets it
        const auto chosen = chooseImages(*m_catalog, choice).value();
        QCOMPARE(chosen.available, std::size_t(100));
        QCOMPARE(chosen.countOf.at(QStringLiteral("spine")), std::size_t(24));
        QCOMPARE(chosen.countOf.at(QStringLiteral("abdominal")), std::size_t(2));
        QCOMPARE(chosen.countOf.at(QStringLiteral("others")), std::size_t(4));
        choice.strata = ReviewChoice::Strata::Equal; // abdominal has 5 only
        const auto even = chooseImages(*m_catalog, choice).value();
        QCOMPARE(even.countOf.at(QStringLiteral("abdominal")), std::size_t(5));
        QCOMPARE(even.countOf.at(QStringLiteral("others")),
                 std::size_t(13)); // of 25, the first name
        QCOMPARE(even.countOf.at(QStringLiteral("spine")), std::size_t(12));
        choice.sample = 101;
        const auto refused = chooseImages(*m_catalog, choice);
        QVERIFY(!refused);
        QCOMPARE(refused.error().message,
                 std::string("There are 100 images to draw from, fewer than 101: ask for fewer, or "
                             "filter less."));
    }

    void aSampleIsTheSeedsAndIsSpread()
    {
        storeHundred();
        ReviewChoice choice;
        choice.sample = 20;
        const auto first = idsOf(choice);
        QCOMPARE(idsOf(choice), first);
        QVERIFY(std::ranges::is_sorted(first, {}, [&](ImageId id) { return pathOf(id); }));
        choice.seed = 2;
        QVERIFY(idsOf(choice) != first);
        // Over 200 seeds each of the 80 spine images is drawn about 200 × 16 / 80 = 40 times: five
        // standard deviations of √(200 × 0.2 × 0.8) = 5.7 are 28.
        std::map<ImageId, int> drawn;
        for (choice.seed = 1; choice.seed <= 200; ++choice.seed)
            for (const ImageId id : idsOf(choice))
                ++drawn[id];
        choice.sample = 0;
        choice.classes = {QStringLiteral("spine")};
        for (const ImageId id : idsOf(choice))
            QVERIFY2(std::abs(drawn[id] - 40) <= 28, qPrintable(QString::number(drawn[id])));
    }

    void aSampleIsTheSameInAnotherCatalog()
    {
        storeHundred();
        ReviewChoice choice;
        choice.sample = 20;
        const auto pathsOf = [&] {
            std::set<ImageId> ids;
            for (const ImageId id : idsOf(choice))
                ids.insert(id);
            std::set<QString> uids;
            const auto files = m_catalog->files({}).value();
            for (const FileSummary& file : files)
                if (ids.contains(file.imageId))
                    uids.insert(file.sopInstanceUid);
            return uids;
        };
        const auto first = pathsOf();
        m_catalog = Catalog::open(m_dir->filePath(QStringLiteral("other.sqlite"))).value();
        QVector<FileResult> results; // from the end, elsewhere
        for (int i = 99; i >= 0; --i)
            results.append(classified(QStringLiteral("/elsewhere/%1").arg(i), std::to_string(i),
                                      i < 80   ? 3
                                      : i < 95 ? 4
                                               : 0));
        store(results);
        QCOMPARE(pathsOf(), first);
    }
};

QTEST_GUILESS_MAIN(TestReviewImages)
#include "test_reviewimages.moc"
