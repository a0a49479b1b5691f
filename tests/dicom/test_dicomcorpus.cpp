#include "dicomtest.h"

#include "base/csv.h"
#include "dicom/dicomprobe.h"
#include "support/shareddata.h"

#include <QProcess>

#include <map>

#include <sys/resource.h>

namespace {

/// What some other program makes pixels of and we refuse; docs/DICOM.md says why.
const std::map<std::string, std::string>& exceptions()
{
    static const std::map<std::string, std::string> table{
        {"fo-dicom/Tests/FO-DICOM.Tests/Test Data/GH1146.dcm", "cut short: 0 of"},
        {"pydicom-data/data_store/data/JLSL_08_07_0_1F.dcm", "compressed pixel data is broken"},
        {"pydicom/src/pydicom/data/test_files/JPEG2000-embedded-sequence-delimiter.dcm",
         "JPEG 2000 data is broken"},
    };
    return table;
}

} // namespace

/// Runs over the files that other DICOM projects test themselves with; see the manifest there.
class TestDicomCorpus : public QObject
{
    Q_OBJECT

    ir::DicomLibrary m_library;

private Q_SLOTS:
    void whatOthersDecodeWeDecode()
    {
        IR_REQUIRE_SHARED(corpus, "dicom_corpus");
        const std::filesystem::path root = corpus.toStdString();
        const auto manifest = ir::CsvTable::read(root / "manifest.csv");
        QVERIFY(manifest);
        QVERIFY(manifest->rows() >= 340);
        int decoded = 0;
        for (std::size_t row = 0; row < manifest->rows(); ++row) {
            const std::string& name = manifest->at(row, "path");
            const auto path = root / name;
            QVERIFY2(ir::probeDicom(path) != ir::DicomKind::No, name.c_str());
            (void)ir::readFacts(path);
            const auto image = ir::decodeDicom(path);
            decoded += image ? 1 : 0;
            const auto exception = exceptions().find(name);
            if (exception != exceptions().end()) {
                QVERIFY2(!image, name.c_str());
                QVERIFY2(image.error().message.find(exception->second) != std::string::npos,
                         image.error().message.c_str());
                continue;
            }
            bool others = false;
            for (const char* column : {"dcmtk_ok", "dcmtk_jls_ok", "gdcm_ok", "pydicom_ok"})
                others = others || manifest->at(row, column) == "1";
            QVERIFY2(image || !others, image ? "" : image.error().message.c_str());
            if (image)
                QCOMPARE(image->image.pixels.size(),
                         static_cast<std::size_t>(image->facts.rows) *
                             static_cast<std::size_t>(image->facts.columns));
        }
        qInfo("%d of %zu files decoded", decoded, manifest->rows());
        QVERIFY(decoded >= 245);
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        QVERIFY2(usage.ru_maxrss < 1024 * 1024, "more than 1 GiB of memory");
    }

    void pixelsAgreeWithOtherPrograms()
    {
        IR_REQUIRE_SHARED(corpus, "dicom_corpus");
        // Debian's interpreter: its packages are not seen by others.
        const QString python = QStringLiteral("/usr/bin/python3");
        if (QProcess::execute(python, {QStringLiteral("-c"), QStringLiteral("import pydicom, numpy")}) != 0)
            QSKIP("SKIPPED: python3-pydicom and python3-numpy are not installed");
        const std::filesystem::path root = corpus.toStdString();
        const auto manifest = ir::CsvTable::read(root / "manifest.csv");
        QVERIFY(manifest);
        std::string list;
        for (std::size_t row = 0; row < manifest->rows(); ++row)
            list += (root / manifest->at(row, "path")).string() + "\n";
        QTemporaryDir out;
        const QString listFile = out.filePath(QStringLiteral("list"));
        QVERIFY(ir::writeFileAtomically(listFile.toStdString(), list));
        QProcess reference;
        reference.start(python, {QStringLiteral(IR_SOURCE_DIR "/tests/dicom/reference.py"), listFile, out.path()});
        QVERIFY(reference.waitForFinished(600'000));
        QVERIFY2(reference.exitCode() == 0, reference.readAllStandardError().constData());

        int compared = 0;
        for (std::size_t row = 0; row < manifest->rows(); ++row) {
            const auto path = std::filesystem::path(out.path().toStdString()) / (std::to_string(row) + ".pgm");
            const auto pgm = ir::readFile(path);
            if (!pgm)
                continue;
            const std::string& name = manifest->at(row, "path");
            // Signed by its stream and unsigned by its header: pydicom shows it all white.
            if (name.ends_with("TOSHIBA_J2K_SIZ1_PixRep0.dcm"))
                continue;
            const auto ours = ir::decodeDicom(root / name);
            QVERIFY2(ours, name.c_str());
            const std::size_t count = ours->image.pixels.size();
            QVERIFY2(pgm->size() > count, name.c_str());
            const char* theirs = pgm->data() + (pgm->size() - count);
            int worst = 0;
            for (std::size_t i = 0; i < count; ++i)
                worst = std::max(worst, std::abs(static_cast<std::uint8_t>(theirs[i]) - ours->image.pixels[i]));
            // One grey for rounding: dcmj2pnm truncates.
            QVERIFY2(worst <= 1, (name + " differs by " + std::to_string(worst)).c_str());
            ++compared;
        }
        qInfo("%d files compared", compared);
        QVERIFY(compared >= 30);
    }
};

QTEST_GUILESS_MAIN(TestDicomCorpus)
#include "test_dicomcorpus.moc"
