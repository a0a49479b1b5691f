#include "exporting/datasetexport.h"

#include "base/atomicfile.h"
#include "base/csv.h"
#include "base/digest.h"
#include "dicom/dicomfile.h"
#include "dicom/dicomlibrary.h"
#include "dicom/dicomwriter.h"
#include "exporting/deidentifycheck.h"
#include "raster/raster.h"

#include "support/filetree.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <map>

using namespace Qt::StringLiterals;

namespace fs = std::filesystem;

using ir::test::tree;

namespace {

ir::GrayImage picture(int seed)
{
    ir::GrayImage image(80, 60);
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        image.pixels[i] =
            static_cast<std::uint8_t>((i * 5 + static_cast<std::size_t>(seed) * 31) % 180 + 30);
    return image;
}

/// Every group alternately into train and test, those with a split where they are.
ir::Result<std::vector<std::string>> alternately(const std::vector<ir::DatasetItem>& items)
{
    std::map<std::string, std::string> splitOf;
    std::vector<std::string> splits;
    for (const ir::DatasetItem& item : items) {
        const auto [known, isNew] =
            splitOf.emplace(item.group, splitOf.size() % 2 == 0 ? "train" : "test");
        splits.push_back(item.split.empty() ? known->second : item.split);
    }
    return splits;
}

} // namespace

class TestDatasetExport : public QObject
{
    Q_OBJECT

    ir::DicomLibrary m_library;
    QTemporaryDir m_dir;
    int m_case = 0;
    fs::path m_in;
    fs::path m_out;

    ir::DatasetItem dicom(int instance, int patient, const std::string& label,
                          const std::vector<ir::DicomText>& more = {}) const
    {
        ir::ImageFacts facts;
        facts.modality = "DX";
        facts.patientName =
            "Surname" + std::string(1, static_cast<char>('A' + patient)) + "x, Given";
        facts.patientId = "HOSP-" + std::to_string(4000 + patient);
        facts.studyDate = "20200103";
        facts.sopInstanceUid = "1.2.826.0.1.3680043.77." + std::to_string(instance);
        const fs::path file = m_in / ("IM" + std::to_string(instance));
        const auto written = ir::writeDicom(file, ir::toDicomPixels(picture(instance)), facts,
                                            ir::DicomSyntax::ExplicitLittleEndian, more);
        if (!written)
            qFatal("%s", written.error().message.c_str());
        return {file, label, {}, {}};
    }

    ir::DatasetItem png(int seed, const std::string& label, const std::string& group = {}) const
    {
        const fs::path file = m_in / ("SurnameAx" + std::to_string(seed) + ".png");
        if (!ir::writeFileAtomically(file, ir::encodePng(picture(100 + seed))))
            qFatal("cannot write a test file");
        return {file, label, group, {}};
    }

    ir::PseudonymKey key() const
    {
        const fs::path path = fs::path(m_dir.path().toStdString()) / "key";
        return fs::exists(path) ? ir::PseudonymKey::read(path).value()
                                : ir::PseudonymKey::create(path).value();
    }

    ir::DatasetExportReport run(const std::vector<ir::DatasetItem>& items,
                                ir::DatasetExportOptions options = {}) const
    {
        options.destination = m_out;
        const auto load = [](const fs::path& file, int longestSide) -> ir::Result<ir::GrayImage> {
            auto decoded = ir::looksLikeRaster(file)
                               ? ir::decodeRaster(file, {.longestSide = longestSide})
                               : ir::decodeDicom(file, {.longestSide = longestSide});
            if (!decoded)
                return tl::unexpected(decoded.error());
            return decoded->image;
        };
        auto report = ir::exportDataset(items, key(), options, load, ir::encodePng, alternately);
        if (!report)
            qFatal("%s", report.error().message.c_str());
        return std::move(*report);
    }

    std::vector<ir::DatasetItem> mixed() const
    {
        return {dicom(1, 0, "spine"),     dicom(2, 0, "others"),        dicom(3, 1, "spine"),
                dicom(4, 2, "abdominal"), png(5, "spine", "HOSP-4001"), png(6, "others")};
    }

private Q_SLOTS:
    void init()
    {
        const fs::path root = fs::path(m_dir.path().toStdString()) / std::to_string(++m_case);
        m_in = root / "in";
        m_out = root / "out";
        fs::create_directories(m_in);
    }

    void imagesListsAndChecksumsAreThere()
    {
        const auto report = run(mixed(), {.dicom = true});
        QCOMPARE(report.images, std::size_t(6));
        QCOMPARE(report.made, std::size_t(6));
        QVERIFY(report.failed.empty() && report.heldBack.empty());
        const auto manifest = ir::CsvTable::read(m_out / "manifest.csv").value();
        QCOMPARE(manifest.rows(), std::size_t(6));
        std::map<std::string, std::set<std::string>> splitsOfGroup;
        std::size_t withDicom = 0;
        for (std::size_t row = 0; row < manifest.rows(); ++row) {
            const fs::path file = m_out / manifest.at(row, "path");
            const auto image = ir::decodeRaster(file);
            QVERIFY(image);
            QCOMPARE(image->image.width, 512);
            QCOMPARE(image->image.height, 512);
            QCOMPARE(file.parent_path().filename().string(), manifest.at(row, "label"));
            QCOMPARE(file.parent_path().parent_path().filename().string(),
                     manifest.at(row, "split"));
            splitsOfGroup[manifest.at(row, "group")].insert(manifest.at(row, "split"));
            if (manifest.at(row, "dicom").empty())
                continue;
            ++withDicom;
            QVERIFY(ir::decodeDicom(m_out / manifest.at(row, "dicom")));
        }
        QCOMPARE(withDicom, std::size_t(4));
        // Patients 0, 1 (with a PNG of theirs) and 2, and one PNG of nobody's.
        QCOMPARE(splitsOfGroup.size(), std::size_t(4));
        for (const auto& [group, splits] : splitsOfGroup)
            QCOMPARE(splits.size(), std::size_t(1));
        // Every file but the sums themselves has its checksum, and it is right.
        const auto files = tree(m_out);
        std::map<std::string, std::string> sums;
        for (const QByteArray& line :
             QByteArray::fromStdString(files.at("SHA256SUMS")).trimmed().split('\n'))
            sums[line.mid(66).toStdString()] = line.left(64).toStdString();
        QCOMPARE(sums.size(), files.size() - 1);
        for (const auto& [path, digest] : sums)
            QCOMPARE(ir::sha256(files.at(path)), digest);
        const auto check = ir::checkDeidentified(m_out, m_in);
        QVERIFY(check && check->left.empty());
        QCOMPARE(check->files, files.size());
    }

    void tableAndDatasheetCount()
    {
        auto items = mixed();
        items.push_back(dicom(7, 0, "spine", {{0x0028, 0x0301, "YES"}}));
        ir::DatasetExportOptions options;
        options.labelling = {"2 readers gave 12 labels."};
        const auto report = run(items, options);
        QCOMPARE(report.heldBack.size(), std::size_t(1));
        const auto table = ir::CsvTable::read(m_out / "table1.csv").value();
        QCOMPARE(table.rows(), std::size_t(4)); // three classes and the total
        QCOMPARE(table.at(3, "label"), std::string("total"));
        QCOMPARE(table.at(3, "total_images"), std::string("6"));
        QCOMPARE(table.at(3, "total_groups"), std::string("4"));
        QCOMPARE(table.at(2, "label"), std::string("spine"));
        QCOMPARE(table.at(2, "total_images"), std::string("3"));
        QCOMPARE(table.at(2, "total_groups"), std::string("2"));
        const std::string sheet = ir::readFile(m_out / "datasheet.md").value();
        for (const char* part : {"6 radiographs of 4 patients", "| spine |",
                                 "2 readers gave 12 labels.", "- 1 images were held back"})
            QVERIFY2(sheet.find(part) != std::string::npos, sheet.c_str());
    }

    void formatsSayTheSameAsTheManifest()
    {
        using enum ir::DatasetFormat;
        (void)run(mixed(), {.formats = {ImageFolder, Coco, LabelStudio, FiftyOne}});
        const auto manifest = ir::CsvTable::read(m_out / "manifest.csv").value();
        std::map<QString, QString> labelOf;
        for (std::size_t row = 0; row < manifest.rows(); ++row)
            labelOf[QString::fromStdString(manifest.at(row, "path"))] =
                QString::fromStdString(manifest.at(row, "label"));
        const auto json = [&](const std::string& name) {
            return QJsonDocument::fromJson(
                QByteArray::fromStdString(ir::readFile(m_out / name).value()));
        };
        std::map<QString, QString> coco;
        for (const char* split : {"train", "test"}) {
            const QJsonObject object = json("coco_" + std::string(split) + ".json").object();
            std::map<int, QString> categories;
            for (const auto& category : object[u"categories"_s].toArray())
                categories[category.toObject()[u"id"_s].toInt()] =
                    category.toObject()[u"name"_s].toString();
            std::map<int, QString> files;
            for (const auto& image : object[u"images"_s].toArray()) {
                files[image.toObject()[u"id"_s].toInt()] =
                    image.toObject()[u"file_name"_s].toString();
                QCOMPARE(image.toObject()[u"width"_s].toInt(), 512);
            }
            for (const auto& annotation : object[u"annotations"_s].toArray())
                coco[files.at(annotation.toObject()[u"image_id"_s].toInt())] =
                    categories.at(annotation.toObject()[u"category_id"_s].toInt());
        }
        QVERIFY(coco == labelOf);
        std::map<QString, QString> studio;
        for (const auto& task : json("label_studio.json").array())
            studio[task.toObject()[u"data"_s].toObject()[u"image"_s].toString()] =
                task.toObject()[u"annotations"_s]
                    .toArray()
                    .at(0)
                    .toObject()[u"result"_s]
                    .toArray()
                    .at(0)
                    .toObject()[u"value"_s]
                    .toObject()[u"choices"_s]
                    .toArray()
                    .at(0)
                    .toString();
        QVERIFY(studio == labelOf);
        QVERIFY(
            ir::readFile(m_out / "label_studio_interface.xml").value().find("value=\"spine\"") !=
            std::string::npos);
        const QJsonObject fiftyOne = json("fiftyone.json").object();
        std::map<QString, QString> labels;
        const QJsonObject indices = fiftyOne[u"labels"_s].toObject();
        for (auto one = indices.begin(); one != indices.end(); ++one)
            labels[u"images/"_s + one.key() + u".png"_s] =
                fiftyOne[u"classes"_s].toArray().at(one.value().toInt()).toString();
        QVERIFY(labels == labelOf);
    }

    void aSecondRunMakesWhatIsMissingAndTheSameBytes()
    {
        const auto items = mixed();
        (void)run(items, {.dicom = true});
        const auto whole = tree(m_out);
        const auto image = std::ranges::find_if(
            whole, [](const auto& file) { return file.first.ends_with(".dcm"); });
        fs::remove(m_out / image->first);
        fs::remove(m_out / "SHA256SUMS");
        const auto report = run(items, {.dicom = true});
        QCOMPARE(report.made, std::size_t(1));
        QCOMPARE(report.images, std::size_t(6));
        QVERIFY(tree(m_out) == whole);
    }

    void copiesCountOnceAndContradictionsFail()
    {
        const auto first = png(1, "spine");
        auto copy = first;
        copy.source = m_in / "copy.png";
        fs::copy_file(first.source, copy.source);
        auto other = copy;
        other.source = m_in / "other.png";
        fs::copy_file(first.source, other.source);
        other.label = "others";
        const auto report =
            run({first, copy, other, png(2, ""), {m_in / "absent.png", "spine", {}, {}}});
        QCOMPARE(report.images, std::size_t(1));
        QCOMPARE(report.duplicates, std::size_t(1));
        QCOMPARE(report.failed.size(), std::size_t(3)); // another label, none, absent
        for (const auto& [file, reason] : report.failed)
            QVERIFY2(reason.ends_with("."), reason.c_str());
    }

    void groupsInTwoSplitsAreRefused()
    {
        auto first = png(1, "spine", "g");
        auto second = png(2, "spine", "g");
        first.split = "train";
        second.split = "test";
        const auto load = [](const fs::path& file, int) -> ir::Result<ir::GrayImage> {
            return ir::decodeRaster(file)->image;
        };
        const auto report = ir::exportDataset({first, second}, key(), {.destination = m_out}, load,
                                              ir::encodePng, alternately);
        QVERIFY(!report);
        QVERIFY(report.error().message.find("in the splits") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestDatasetExport)
#include "test_datasetexport.moc"
