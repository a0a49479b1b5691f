#include "exporting/deidentifycheck.h"
#include "exporting/deidentifyrun.h"

#include "base/atomicfile.h"
#include "dicom/dicomfile.h"
#include "dicom/dicomlibrary.h"
#include "dicom/dicomwriter.h"

#include "support/filetree.h"
#include "support/shareddata.h"

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <fstream>
#include <map>

namespace fs = std::filesystem;

using ir::test::tree;

namespace {

std::vector<fs::path> filesIn(const fs::path& folder)
{
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

} // namespace

class TestDeidentifyRun : public QObject
{
    Q_OBJECT

    ir::DicomLibrary m_library;
    QTemporaryDir m_dir;
    int m_case = 0;
    fs::path m_in;
    fs::path m_out;

    void writeXray(const std::string& name, int patient, int instance,
                   const std::vector<ir::DicomText>& more = {},
                   ir::DicomSyntax syntax = ir::DicomSyntax::ExplicitLittleEndian) const
    {
        ir::GrayImage image(64, 48);
        for (std::size_t i = 0; i < image.pixels.size(); ++i)
            image.pixels[i] = static_cast<std::uint8_t>(
                (i * 7 + static_cast<std::size_t>(instance) * 13) % 200 + 20);
        ir::ImageFacts facts;
        facts.modality = "DX";
        facts.patientName =
            "Surname" + std::string(1, static_cast<char>('A' + patient)) + "x, Given";
        facts.patientId = "HOSP-" + std::to_string(4000 + patient);
        facts.patientBirthDate = "195" + std::to_string(patient) + "0607";
        facts.studyDate = "20200103";
        facts.bodyPartExamined = "CHEST";
        facts.sopInstanceUid = "1.2.826.0.1.3680043.77." + std::to_string(instance);
        facts.studyInstanceUid = "1.2.826.0.1.3680043.78." + std::to_string(patient);
        const auto written =
            ir::writeDicom(m_in / name, ir::toDicomPixels(image), facts, syntax, more);
        if (!written)
            qFatal("%s", written.error().message.c_str());
    }

    ir::PseudonymKey key() const
    {
        const fs::path path = fs::path(m_dir.path().toStdString()) / "key";
        return fs::exists(path) ? ir::PseudonymKey::read(path).value()
                                : ir::PseudonymKey::create(path).value();
    }

    std::map<std::string, ir::DeidentifyOutcome> run(bool includeSuspected = false,
                                                     bool shift = false) const
    {
        std::map<std::string, ir::DeidentifyOutcome> outcomes;
        const auto done = ir::runDeidentification(filesIn(m_in), key(),
                                                  {.destination = m_out,
                                                   .profile = {.shiftDates = shift},
                                                   .includeSuspected = includeSuspected},
                                                  [&](const ir::DeidentifyOutcome& outcome) {
                                                      outcomes[outcome.source.filename().string()] =
                                                          outcome;
                                                  });
        if (!done)
            qFatal("%s", done.error().message.c_str());
        return outcomes;
    }

private Q_SLOTS:
    void init()
    {
        const fs::path root = fs::path(m_dir.path().toStdString()) / std::to_string(++m_case);
        m_in = root / "in";
        m_out = root / "out";
        fs::create_directories(m_in);
    }

    void copiesAreGroupedByStandInsAndOriginalsAreAsTheyWere()
    {
        writeXray("SurnameAx_1", 0, 1);
        writeXray("SurnameAx_2", 0, 2, {}, ir::DicomSyntax::Jpeg2000Lossless);
        writeXray("other.dcm", 1, 3, {}, ir::DicomSyntax::DeflatedLittleEndian);
        const auto before = tree(m_in);
        const auto outcomes = run();
        QCOMPARE(tree(m_in), before);
        for (const auto& [name, outcome] : outcomes)
            QVERIFY2(outcome.status == ir::DeidentifyStatus::Written, outcome.reason.c_str());
        const auto folder = [&](const char* name) {
            return outcomes.at(name).relative.parent_path();
        };
        QCOMPARE(folder("SurnameAx_1"), folder("SurnameAx_2"));
        QVERIFY(folder("SurnameAx_1").parent_path() != folder("other.dcm").parent_path());
        for (const char* name : {"SurnameAx_1", "SurnameAx_2", "other.dcm"}) {
            const auto original = ir::decodeDicom(m_in / name);
            const auto copy = ir::decodeDicom(m_out / outcomes.at(name).relative);
            QVERIFY(original && copy);
            QVERIFY(original->image.pixels == copy->image.pixels);
        }
        const auto check = ir::checkDeidentified(m_out, m_in);
        QVERIFY(check);
        QCOMPARE(check->left.size(), std::size_t(0));
        QCOMPARE(check->files, std::size_t(3));
        QCOMPARE(check->matched, std::size_t(3));
        QVERIFY(check->unreadable.empty());
    }

    void aSecondRunCompletesWhatIsMissing()
    {
        for (int i = 0; i < 6; ++i)
            writeXray("im" + std::to_string(i), i / 2, i);
        const auto first = run();
        const auto whole = tree(m_out);
        fs::remove(m_out / first.at("im3").relative);
        const auto second = run();
        for (const auto& [name, outcome] : second)
            QVERIFY(outcome.status == (name == "im3" ? ir::DeidentifyStatus::Written
                                                     : ir::DeidentifyStatus::AlreadyThere));
        QCOMPARE(tree(m_out), whole);
    }

    void nothingIsOverwritten()
    {
        writeXray("one", 0, 1);
        fs::copy_file(m_in / "one", m_in / "twin");
        const auto first = run();
        int written = 0;
        for (const auto& [name, outcome] : first)
            written += outcome.status == ir::DeidentifyStatus::Written ? 1 : 0;
        QCOMPARE(written, 1);
        const auto before = tree(m_out);
        writeXray("twin", 0, 1, {{0x0018, 0x0015, "SPINE"}}); // the same UID, another content
        const auto second = run();
        QVERIFY(second.at("one").status == ir::DeidentifyStatus::AlreadyThere);
        QVERIFY(second.at("twin").status == ir::DeidentifyStatus::Failed);
        QVERIFY(second.at("twin").reason.find("other content") != std::string::npos);
        QCOMPARE(tree(m_out), before);
    }

    void suspectedWritingIsHeldBackUntilAskedFor()
    {
        writeXray("plain", 0, 1);
        writeXray("says so", 0, 2, {{0x0028, 0x0301, "YES"}});
        writeXray("ultrasound", 0, 3, {{0x0008, 0x0060, "US"}});
        const auto held = run();
        QVERIFY(held.at("plain").status == ir::DeidentifyStatus::Written);
        for (const char* name : {"says so", "ultrasound"}) {
            QVERIFY(held.at(name).status == ir::DeidentifyStatus::HeldBack);
            QVERIFY(!held.at(name).suspicions.empty() && held.at(name).relative.empty());
        }
        QCOMPARE(tree(m_out).size(), std::size_t(1));
        QVERIFY(run(true).at("says so").status == ir::DeidentifyStatus::Written);
        QCOMPARE(tree(m_out).size(), std::size_t(3));
    }

    void badFilesAreASentenceEach()
    {
        writeXray("good", 0, 1);
        std::ofstream(m_in / "notes.txt") << "hello";
        const std::string bytes = ir::readFile(m_in / "good").value();
        std::ofstream(m_in / "cut", std::ios::binary) << bytes.substr(0, bytes.size() - 100);
        const auto outcomes = run();
        for (const char* name : {"notes.txt", "cut"}) {
            QVERIFY(outcomes.at(name).status == ir::DeidentifyStatus::Failed);
            QVERIFY2(outcomes.at(name).reason.ends_with("."), outcomes.at(name).reason.c_str());
            QVERIFY(outcomes.at(name).reason.find(name) != std::string::npos);
        }
        QVERIFY(outcomes.at("good").status == ir::DeidentifyStatus::Written);
    }

    void theCheckFindsWhatIsLeft_data()
    {
        QTest::addColumn<QString>("what");
        for (const char* what : {"original", "name in a text file", "name of a folder", "one date",
                                 "uid in the meta header"})
            QTest::newRow(what) << QString::fromLatin1(what);
    }
    void theCheckFindsWhatIsLeft()
    {
        QFETCH(QString, what);
        writeXray("im", 0, 1);
        const auto outcomes = run(false, what == QLatin1String("one date"));
        QCOMPARE(ir::checkDeidentified(m_out, m_in)->left.size(), std::size_t(0));
        const fs::path copy = m_out / outcomes.at("im").relative;
        auto expected = ir::IdentifierKind::Name;
        if (what == QLatin1String("original")) {
            fs::copy_file(m_in / "im", m_out / "im");
        } else if (what == QLatin1String("name in a text file")) {
            std::ofstream(m_out / "labels.csv") << "image,label\nsurnameax.png,spine\n";
        } else if (what == QLatin1String("name of a folder")) {
            fs::rename(copy, m_out / "SURNAMEAX.dcm");
        } else if (what == QLatin1String("one date")) {
            expected = ir::IdentifierKind::Date;
            std::string bytes = ir::readFile(copy).value();
            const auto shifted = ir::shiftedDate("20200103", key().days("HOSP-4000")).value();
            QVERIFY(bytes.find(shifted) != std::string::npos);
            bytes.replace(bytes.find(shifted), 8, "20200103");
            QVERIFY(ir::writeFileAtomically(copy, bytes));
        } else {
            expected = ir::IdentifierKind::Uid;
            std::string bytes = ir::readFile(copy).value();
            const std::string uid = copy.stem().string();
            std::string old = "1.2.826.0.1.3680043.77.1";
            old.resize(uid.size(), '\0');
            bytes.replace(bytes.find(uid), uid.size(), old);
            QVERIFY(ir::writeFileAtomically(copy, bytes));
        }
        const auto check = ir::checkDeidentified(m_out, m_in);
        QVERIFY(check);
        QVERIFY(!check->left.empty());
        QVERIFY(std::ranges::any_of(check->left,
                                    [&](const auto& left) { return left.kind == expected; }));
    }

    void theCheckNeedsSomethingToCompareWith()
    {
        fs::create_directories(m_out);
        QVERIFY(!ir::checkDeidentified(m_out, m_in));
        QVERIFY(!ir::checkDeidentified(m_out / "absent", m_in));
    }

    void theCorpusIsCleanAfterwards()
    {
        IR_REQUIRE_SHARED(corpus, "dicom_corpus");
        std::map<ir::DeidentifyStatus, int> counts;
        const auto files = filesIn(corpus.toStdString());
        for (const bool shift : {false, true}) {
            counts.clear();
            const fs::path out = m_out / (shift ? "shifted" : "removed");
            const auto done = ir::runDeidentification(
                files, key(),
                {.destination = out, .profile = {.shiftDates = shift}, .includeSuspected = true},
                [&](const ir::DeidentifyOutcome& outcome) {
                    ++counts[outcome.status];
                    // What fails is no image, broken, a twin with other content, or no DICOM at
                    // all.
                    if (outcome.status == ir::DeidentifyStatus::Failed &&
                        outcome.reason.find("where it cannot be removed") != std::string::npos)
                        QFAIL(outcome.reason.c_str());
                });
            QVERIFY(done);
            QVERIFY(counts[ir::DeidentifyStatus::Written] > 200);
            const auto check = ir::checkDeidentified(out, corpus.toStdString());
            QVERIFY(check);
            QVERIFY(check->identifiers > 1000);
            for (const auto& left : check->left)
                qInfo("%s: %s %s", left.file.c_str(), ir::nameOf(left.kind),
                      ir::tagName(left.tag).c_str());
            QCOMPARE(check->left.size(), std::size_t(0));
            QCOMPARE(check->matched, check->files);
            QCOMPARE(check->files, static_cast<std::size_t>(counts[ir::DeidentifyStatus::Written]));
        }
    }
};

QTEST_GUILESS_MAIN(TestDeidentifyRun)
#include "test_deidentifyrun.moc"
