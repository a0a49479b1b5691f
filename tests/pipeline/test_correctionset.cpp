// What a model learns from an archive, and what another one changes in it.

#include "../catalog/catalogbuilder.h"

#include "pipeline/correctionset.h"
#include "pipeline/tagchanges.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace ir::test;

class TestCorrectionSet : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<ir::Catalog> m_catalog;

    /// A file that is there, in the catalog, of a machine and a patient.
    ir::ImageId add(const QString& name, int classIndex, const std::string& machine, const std::string& patient,
                    float confidence = 0.97F, const std::string& model = modelA)
    {
        const QString path = m_dir->filePath(name);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly))
            qFatal("cannot write");
        ir::FileResult result = classified(path, name.toStdString(), classIndex, model);
        result.facts.manufacturer = machine;
        result.facts.patientId = patient;
        result.prediction->confidence = confidence;
        const auto stored = m_catalog->storeResults({result});
        return stored ? stored->first().imageId : 0;
    }

    static std::vector<std::string> names(const std::vector<ir::FineTuneImage>& images)
    {
        std::vector<std::string> list;
        for (const ir::FineTuneImage& image : images)
            list.push_back(image.path.filename().string());
        std::ranges::sort(list);
        return list;
    }

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        auto catalog = ir::Catalog::open(m_dir->filePath(QStringLiteral("catalog.sqlite")));
        QVERIFY(catalog.has_value());
        m_catalog = std::move(*catalog);
    }

    void cleanup() { m_catalog.reset(); }

    void correctedAndConfirmedAreCountedByClassAndReader()
    {
        const ir::ImageId wrong = add(QStringLiteral("wrong"), 1, "A", "p1");
        const ir::ImageId right = add(QStringLiteral("right"), 3, "A", "p2");
        const ir::ImageId undone = add(QStringLiteral("undone"), 3, "A", "p3");
        add(QStringLiteral("untouched"), 2, "B", "p4");
        IR_ANSWER(corrected, m_catalog, setLabel({wrong}, QStringLiteral("spine"), QStringLiteral("maria")));
        IR_ANSWER(accepted, m_catalog, acceptPredictions({right}, QStringLiteral("jo")));
        IR_ANSWER(labelled, m_catalog, setLabel({undone}, QStringLiteral("others"), QStringLiteral("jo")));
        IR_ANSWER(back, m_catalog, undo(QStringLiteral("jo")));

        const auto set = ir::correctionsOf(*m_catalog);
        QVERIFY(set.has_value());
        QCOMPARE(names(set->images), (std::vector<std::string>{"right", "wrong"}));
        QCOMPARE(set->countOf.size(), std::size_t{1});
        QCOMPARE(set->countOf.at("spine").corrected, std::size_t{1});
        QCOMPARE(set->countOf.at("spine").confirmed, std::size_t{1});
        QCOMPARE(set->countOfReader.at("maria"), std::size_t{1});
        QCOMPARE(set->countOfReader.at("jo"), std::size_t{1});
        for (const ir::FineTuneImage& image : set->images)
            QCOMPARE(image.group, image.path.filename() == "wrong" ? std::string("p1") : std::string("p2"));
    }

    void aCorrectionStaysOneWhenTheNextModelIsRight()
    {
        const ir::ImageId image = add(QStringLiteral("image"), 1, "A", "p1");
        IR_ANSWER(answer, m_catalog, setLabel({image}, QStringLiteral("spine"), QStringLiteral("maria")));
        add(QStringLiteral("image"), 3, "A", "p1", 0.97F, modelB);
        const auto set = ir::correctionsOf(*m_catalog);
        QCOMPARE(set->corrected(), std::size_t{1});
        QCOMPARE(set->confirmed(), std::size_t{0});
    }

    void untouchedImagesOfTrustedMachinesAreReplayed()
    {
        for (int i = 0; i < 4; ++i) {
            const ir::ImageId image = add(QStringLiteral("bad%1").arg(i), 1, "Bad", "b" + std::to_string(i));
            IR_ANSWER(answer, m_catalog, setLabel({image}, QStringLiteral("spine"), QStringLiteral("maria")));
        }
        const ir::ImageId good = add(QStringLiteral("good"), 1, "Good", "g");
        IR_ANSWER(accepted, m_catalog, acceptPredictions({good}, QStringLiteral("maria")));
        add(QStringLiteral("bad_untouched"), 1, "Bad", "p5");
        add(QStringLiteral("good_untouched"), 1, "Good", "p6");
        add(QStringLiteral("unsure"), 1, "Good", "p7", 0.7F);
        add(QStringLiteral("gone"), 1, "Good", "p8");
        QVERIFY(QFile::remove(m_dir->filePath(QStringLiteral("gone"))));
        const auto set = ir::correctionsOf(*m_catalog);
        QVERIFY(set.has_value());
        QCOMPARE(names(set->replay), (std::vector<std::string>{"good_untouched", "unsure"}));
        QVERIFY(set->replay.front().label.empty());
    }

    void filesThatAreGoneAreCounted()
    {
        const ir::ImageId image = add(QStringLiteral("image"), 1, "A", "p1");
        IR_ANSWER(answer, m_catalog, setLabel({image}, QStringLiteral("spine"), QStringLiteral("maria")));
        QVERIFY(QFile::remove(m_dir->filePath(QStringLiteral("image"))));
        const auto set = ir::correctionsOf(*m_catalog);
        QCOMPARE(set->missing, std::size_t{1});
        QVERIFY(set->images.empty());
    }

    void changesAreCountedByPair()
    {
        add(QStringLiteral("same"), 1, "A", "p1");
        add(QStringLiteral("other"), 1, "A", "p2");
        add(QStringLiteral("old"), 1, "A", "p3");
        add(QStringLiteral("same"), 1, "A", "p1", 0.9F, modelB);
        add(QStringLiteral("other"), 3, "A", "p2", 0.9F, modelB);
        const auto changes = ir::tagChanges(*m_catalog, m_dir->path(), modelA, modelB);
        QVERIFY(changes.has_value());
        QCOMPARE(changes->compared, qint64{2}); // "old" was not tagged again
        QCOMPARE(changes->images.size(), qsizetype{1});
        QCOMPARE(changes->images.first().path, m_dir->filePath(QStringLiteral("other")));
        const auto counts = changes->counts();
        QCOMPARE(counts.size(), std::size_t{1});
        QCOMPARE(counts.begin()->first.first, QStringLiteral("adult_chest"));
        QCOMPARE(counts.begin()->first.second, QStringLiteral("spine"));
    }
};

QTEST_GUILESS_MAIN(TestCorrectionSet)
#include "test_correctionset.moc"
