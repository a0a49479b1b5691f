// What a large archive costs where people wait for it: labelling, and planning an export.
//   bench_archive [FILES]      (default 100,000)
#include "browser/imagelistmodel.h"
#include "browser/labelcontroller.h"
#include "catalog/catalog.h"
#include "exporting/sortedexport.h"
#include "settings/settings.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace ir;
using namespace ir::ui;

namespace {

void report(const char* what, double ms) { std::printf("%-58s %9.1f ms\n", what, ms); }

template <typename Work>
double timed(Work work)
{
    QElapsedTimer clock;
    clock.start();
    work();
    return static_cast<double>(clock.nsecsElapsed()) / 1e6;
}

QVector<FileResult> resultsFor(const QString& folder, int count)
{
    QVector<FileResult> results;
    results.reserve(count);
    for (int i = 0; i < count; ++i) {
        FileResult result;
        result.file.path = QStringLiteral("%1/%2/%3.dcm").arg(folder).arg(i / 500).arg(i, 6, 10, QLatin1Char('0'));
        result.file.size = 1;
        result.file.mtimeNs = 1;
        result.status = FileStatus::Ok;
        result.digest = std::to_string(i) + std::string(58, 'd');
        result.facts.sopInstanceUid = "2.25." + std::to_string(i);
        result.facts.studyInstanceUid = "1.2.840." + std::to_string(i / 4);
        result.facts.patientId = "P" + std::to_string(i / 8);
        result.facts.patientName = "Synthetic^Patient";
        result.facts.modality = "DX";
        result.facts.studyDate = "20240131";
        result.facts.transferSyntax = "1.2.840.10008.1.2.1";
        Prediction prediction;
        prediction.classIndex = i % 5;
        prediction.confidence = 0.9F;
        prediction.probabilities = {0.025F, 0.025F, 0.9F, 0.025F, 0.025F};
        prediction.modelId = std::string(64, 'm');
        result.prediction = prediction;
        result.predictedClass =
            QString::fromStdString(defaultClasses()[static_cast<std::size_t>(i % 5)]);
        results.append(result);
    }
    return results;
}

/// A key pressed on a selection of everything: the frame it costs, and that of the catalog's answer.
void measureLabelling(Catalog& catalog, const QVector<FileSummary>& files, const QString& settingsPath)
{
    Settings settings(settingsPath);
    ImageListModel model;
    model.setFiles(files);
    LabelController labels(&model, settings);
    labels.setCatalog(&catalog, std::string(64, 'm'));
    QVector<ImageId> images;
    for (const FileSummary& file : files)
        images.append(file.imageId);
    QSignalSpy stored(&labels, &LabelController::stored);
    for (const char* label : {"spine", "others"}) {
        report("label all, on the GUI thread, until it shows",
               timed([&] { labels.setLabel(images, QString::fromLatin1(label)); }));
        double longest = 0;
        const double all = timed([&] {
            while (stored.isEmpty())
                longest = std::max(longest, timed([] { QCoreApplication::processEvents(); }));
        });
        stored.clear();
        report("  stored, behind", all);
        report("  longest turn of the event loop meanwhile", longest);
    }
}

void measurePlanning(const Catalog& catalog, const QVector<FileSummary>& files, const QString& folder)
{
    QVector<FileId> ids;
    for (const FileSummary& file : files)
        ids.append(file.id);
    constexpr int sample = 1000;
    const double each = timed([&] {
        for (int i = 0; i < sample; ++i)
            (void)catalog.details(ids.at(i * (ids.size() / sample)));
    });
    report("details() of each file, from a sample of 1,000", each / sample * double(ids.size()));
    QHash<FileId, FileOrigin> origins;
    report("origins() of all files", timed([&] { origins = catalog.origins(ids).value(); }));

    std::vector<ExportItem> items;
    for (const FileSummary& file : files) {
        ExportItem item;
        item.source = file.path.toStdString();
        item.className = file.finalClass().toStdString();
        item.digest = origins.value(file.id).digest;
        item.patientId = origins.value(file.id).patientId;
        items.push_back(std::move(item));
    }
    SortedExportOptions options;
    options.destination = QString(folder + QStringLiteral("/sorted")).toStdString();
    report("planSortedExport() of all files",
           timed([&] { (void)planSortedExport(std::move(items), options).value(); }));
}

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication app(argc, argv);
    const int count = argc > 1 ? std::atoi(argv[1]) : 100'000;
    const QTemporaryDir dir;
    const QString folder = dir.filePath(QStringLiteral("archive"));
    const auto results = resultsFor(folder, count);
    for (const FileResult& result : results) {
        const std::filesystem::path path = result.file.path.toStdString();
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << 'x';
    }
    const auto catalog = Catalog::open(dir.filePath(QStringLiteral("catalog.sqlite")));
    if (!catalog) {
        std::fprintf(stderr, "%s\n", catalog.error().message.c_str());
        return 1;
    }
    const auto files = (*catalog)->storeResults(results);
    if (!files) {
        std::fprintf(stderr, "%s\n", files.error().message.c_str());
        return 1;
    }
    std::printf("%d files\n", count);
    measurePlanning(**catalog, *files, dir.path());
    measureLabelling(**catalog, *files, dir.filePath(QStringLiteral("settings.ini")));
    return 0;
}
