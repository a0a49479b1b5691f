#include "base/atomicfile.h"
#include "base/csv.h"
#include "base/digest.h"
#include "base/prediction.h"
#include "dicom/dicomfile.h"
#include "dicom/dicomlibrary.h"
#include "sample/phantom.h"
#include "sample/samplearchive.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <set>

using namespace ir;
namespace fs = std::filesystem;

namespace {

constexpr SampleOptions kSmall{.count = 40, .size = 128, .seed = 7};

std::string digestOf(const sample::Phantom& phantom)
{
    return sha256({reinterpret_cast<const char*>(phantom.pixels.data()),
                   phantom.pixels.size() * sizeof(std::uint16_t)});
}

/// Every regular file with its bytes' digest.
std::map<std::string, std::string> contents(const fs::path& folder)
{
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            files[fs::relative(entry.path(), folder).generic_string()] =
                sha256OfFile(entry.path()).value();
    return files;
}

} // namespace

class TestSample : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const auto summary = writeSampleArchive(archive(), kSmall);
        QVERIFY2(summary.has_value(), summary ? "" : summary.error().message.c_str());
        m_summary = *summary;
    }

    void everyPartDrawsAlikeOnEveryMachine()
    {
        // Digests as first made; a change of the drawing changes them, another machine or compiler
        // must not.
        const auto table =
            CsvTable::read(fs::path(IR_SOURCE_DIR) / "tests/sample/phantom_digests.csv");
        QVERIFY(table.has_value());
        std::set<int> parts;
        for (std::size_t i = 0; i < table->rows(); ++i) {
            const int part = std::stoi(table->at(i, "part"));
            parts.insert(part);
            const auto phantom = sample::drawPhantom(
                {.part = static_cast<sample::Part>(part),
                 .view = static_cast<sample::View>(std::stoi(table->at(i, "view"))),
                 .seed = 5,
                 .longestSide = 96});
            QCOMPARE(std::max(phantom.width, phantom.height), 96);
            QVERIFY2(digestOf(phantom) == table->at(i, "digest"),
                     ("part " + table->at(i, "part") + ": " + digestOf(phantom)).c_str());
        }
        QCOMPARE(parts.size(), static_cast<std::size_t>(sample::kParts));
    }

    void anotherSeedIsAnotherImage()
    {
        const sample::PhantomRequest one{.part = sample::Part::Hand, .seed = 1, .longestSide = 96};
        sample::PhantomRequest other = one;
        other.seed = 2;
        QCOMPARE(digestOf(sample::drawPhantom(one)), digestOf(sample::drawPhantom(one)));
        QVERIFY(digestOf(sample::drawPhantom(one)) != digestOf(sample::drawPhantom(other)));
    }

    void imagesHaveTheContrastOfRadiographs()
    {
        for (int part = 0; part < sample::kParts; ++part) {
            const auto phantom = sample::drawPhantom(
                {.part = static_cast<sample::Part>(part), .seed = 11, .longestSide = 160});
            std::vector<std::uint16_t> sorted = phantom.pixels;
            std::sort(sorted.begin(), sorted.end());
            QVERIFY2(sorted[sorted.size() / 20] < 25000,
                     sample::partName(static_cast<sample::Part>(part)).data());
            QVERIFY2(sorted[sorted.size() * 19 / 20] > 30000,
                     sample::partName(static_cast<sample::Part>(part)).data());
        }
    }

    void manifestNamesEveryImageOnce()
    {
        const auto manifest = CsvTable::read(m_summary.manifest);
        QVERIFY(manifest.has_value());
        QCOMPARE(manifest->rows(), std::size_t{40});
        std::set<std::string> labels, paths;
        for (std::size_t i = 0; i < manifest->rows(); ++i) {
            labels.insert(manifest->at(i, "label"));
            paths.insert(manifest->at(i, "path"));
            QVERIFY(fs::is_regular_file(archive() / manifest->at(i, "path")));
        }
        QCOMPARE(paths.size(), std::size_t{40});
        const std::set<std::string> all(defaultClasses().begin(), defaultClasses().end());
        QVERIFY(labels == all);
        QCOMPARE(m_summary.images, 40);
        QCOMPARE(m_summary.written, 40);
    }

    void ourDecoderReadsEveryImage()
    {
        const auto manifest = CsvTable::read(m_summary.manifest);
        QVERIFY(manifest.has_value());
        std::set<std::string> uids, syntaxes, bits, photometric;
        int untagged = 0;
        for (std::size_t i = 0; i < manifest->rows(); ++i) {
            const auto image = decodeDicom(archive() / manifest->at(i, "path"));
            QVERIFY2(image.has_value(), image ? "" : image.error().message.c_str());
            const ImageFacts& facts = image->facts;
            uids.insert(facts.sopInstanceUid);
            syntaxes.insert(facts.transferSyntax);
            bits.insert(std::to_string(facts.bitsStored));
            photometric.insert(facts.photometricInterpretation);
            untagged += facts.bodyPartExamined.empty() ? 1 : 0;
            QVERIFY(facts.sopInstanceUid.starts_with("2.25.") && facts.sopInstanceUid.size() <= 64);
            QVERIFY(facts.patientName.starts_with("SYNTHETIC"));
            QCOMPARE(facts.manufacturer, std::string("SYNTHETIC"));
            QVERIFY(facts.seriesDescription.starts_with("SYNTHETIC"));
            const int years = std::stoi(facts.patientAge);
            QCOMPARE(years < 16, manifest->at(i, "label") == "pediatric_chest");
        }
        QCOMPARE(uids.size(), std::size_t{40});
        QCOMPARE(syntaxes.size(), std::size_t{9});
        QCOMPARE(photometric.size(), std::size_t{2});
        QVERIFY(bits.size() >= 4);
        QVERIFY(untagged > 0);
    }

    void storedFormDoesNotChangeThePicture()
    {
        // MONOCHROME1 and 2, windows, bit depths and codecs: the display image is the phantom's.
        const auto manifest = CsvTable::read(m_summary.manifest);
        QVERIFY(manifest.has_value());
        for (std::size_t i = 0; i < manifest->rows(); ++i) {
            const auto image = decodeDicom(archive() / manifest->at(i, "path"));
            QVERIFY(image.has_value());
            std::vector<std::uint8_t> sorted = image->image.pixels;
            std::sort(sorted.begin(), sorted.end());
            QVERIFY2(sorted.front() < 40 && sorted.back() > 215, manifest->at(i, "path").c_str());
        }
    }

    void brokenFilesAreBroken()
    {
        int broken = 0;
        for (const auto& entry : fs::directory_iterator(archive() / "lost+damaged"))
            if (entry.path().extension() != ".txt") {
                QVERIFY(!decodeDicom(entry.path()).has_value());
                ++broken;
            }
        QCOMPARE(broken, m_summary.broken);
        QVERIFY(broken >= 4);
    }

    void sameOptionsMakeTheSameArchive()
    {
        QTemporaryDir other;
        SampleOptions few = kSmall;
        few.count = 6;
        const fs::path folder = fs::path(other.path().toStdString()) / "new";
        QVERIFY(writeSampleArchive(folder, few).has_value());
        const auto all = contents(archive());
        for (const auto& [path, digest] : contents(folder))
            if (path != "manifest.csv")
                QCOMPARE(digest, all.at(path));
    }

    void interruptedRunGoesOn()
    {
        QTemporaryDir temp;
        const fs::path folder = temp.path().toStdString();
        SampleOptions few = kSmall;
        few.count = 6;
        std::stop_source stop;
        const auto first = writeSampleArchive(
            folder, few,
            [&](int done, int) {
                if (done == 2)
                    stop.request_stop();
            },
            stop.get_token());
        QVERIFY(first.has_value());
        QVERIFY(first->stopped);
        QCOMPARE(first->images, 2);
        const auto second = writeSampleArchive(folder, few);
        QVERIFY(second.has_value());
        QVERIFY(!second->stopped);
        QCOMPARE(second->images, 6);
        QCOMPARE(second->written, 4);
        QCOMPARE(CsvTable::read(second->manifest)->rows(), std::size_t{6});
    }

    void foreignFolderIsRefused()
    {
        QTemporaryDir temp;
        const fs::path folder = temp.path().toStdString();
        QVERIFY(writeFileAtomically(folder / "mine.txt", "mine").has_value());
        const auto refused = writeSampleArchive(folder, kSmall);
        QVERIFY(!refused.has_value());
        QVERIFY(refused.error().message.find("not empty") != std::string::npos);
        QCOMPARE(contents(folder).size(), std::size_t{1});
        QVERIFY(!isSampleArchive(folder));
        QVERIFY(isSampleArchive(archive()));
    }

    void otherSeedInTheSameFolderIsRefused()
    {
        SampleOptions other = kSmall;
        other.seed = 8;
        const auto before = contents(archive());
        QVERIFY(!writeSampleArchive(archive(), other).has_value());
        QVERIFY(contents(archive()) == before);
    }

private:
    [[nodiscard]] fs::path archive() const
    {
        return fs::path(m_temp.path().toStdString()) / "archive";
    }

    DicomLibrary m_library;
    QTemporaryDir m_temp;
    SampleSummary m_summary;
};

QTEST_GUILESS_MAIN(TestSample)
#include "test_sample.moc"
