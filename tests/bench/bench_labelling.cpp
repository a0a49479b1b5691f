// Labelling at a given pace through key events as the window system sends them: whether a key is lost, and how long
// after it the next image is on the screen. See docs/BENCHMARKS.md.
//   bench_labelling FOLDER [KEYS PER SECOND]      (default 10)
// Every readable file of FOLDER is an image of the project; each is labelled once.
#include "catalog/catalog.h"
#include "dicom/dicomlibrary.h"
#include "pipeline/imageloader.h"
#include "review/imagecanvas.h"
#include "review/labellingpage.h"
#include "review/reviewsession.h"

#include <QApplication>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTimer>
#include <QWindow>
#include <QtTest>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace ir;
using namespace ir::ui;

namespace {

/// Registers the files as read; what the model would say does not matter here.
QVector<FileSummary> fill(Catalog& catalog, const QString& folder)
{
    QVector<ScannedFile> scanned;
    QVector<FileResult> results;
    QDirIterator files(folder, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        DecodeOptions options;
        options.longestSide = 64;
        if (!decodeImage(QFile::encodeName(path).toStdString(), options))
            continue;
        FileResult result;
        result.file = {path, files.fileInfo().size(), 1};
        result.status = FileStatus::Ok;
        result.digest = std::string(56, 'd') + std::to_string(10'000'000 + results.size());
        scanned.append(result.file);
        results.append(result);
    }
    if (!catalog.registerFiles(scanned, {}))
        return {};
    return catalog.storeResults(results).value_or(QVector<FileSummary>());
}

Result<GrayImage> load(const QString& path, int longestSide)
{
    return decodeWithin(QFile::encodeName(path).toStdString(), longestSide);
}

double percentile(std::vector<double> values, double share)
{
    std::ranges::sort(values);
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

} // namespace

int main(int argc, char** argv)
{
    const QApplication app(argc, argv);
    const DicomLibrary dicom;
    if (argc < 2) {
        std::fprintf(stderr, "bench_labelling FOLDER [KEYS PER SECOND]\n");
        return 2;
    }
    const double rate = argc > 2 ? std::atof(argv[2]) : 10;
    const QTemporaryDir dir;
    auto catalog = Catalog::open(dir.filePath(QStringLiteral("catalog.sqlite"))).value();
    const auto files = fill(*catalog, QString::fromLocal8Bit(argv[1]));
    ReviewPlan plan;
    plan.name = "pace";
    plan.classes = {"abdominal", "adult_chest", "pediatric_chest", "spine", "others"};
    plan.readers = {"Ann", "Bob"};
    for (const FileSummary& file : files)
        plan.images.push_back({file.imageId, 0, {}});
    const auto review = catalog->createReview(plan);
    if (!review) {
        std::fprintf(stderr, "%s\n", review.error().message.c_str());
        return 1;
    }

    ReviewSession session(*catalog, {});
    session.open(*review);
    while (!session.isOpen())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    LabellingPage page(&session, load);
    page.resize(1280, 800);
    page.show();
    if (!QTest::qWaitForWindowExposed(&page)) {
        std::fprintf(stderr, "The window did not show.\n");
        return 1;
    }
    page.start(QStringLiteral("Ann"), 1);
    auto* canvas = page.findChild<ImageCanvas*>(QStringLiteral("labellingCanvas"));
    while (!canvas->isPainted())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    QTest::qWait(2000); // as a reader who looks at the first image

    QElapsedTimer sinceKey;
    std::vector<double> painted;
    QObject::connect(canvas, &ImageCanvas::painted, canvas,
                     [&] { painted.push_back(static_cast<double>(sinceKey.nsecsElapsed()) / 1e6); });
    int keys = 0;
    QTimer timer;
    timer.setTimerType(Qt::PreciseTimer);
    QEventLoop loop;
    QObject::connect(&timer, &QTimer::timeout, &loop, [&] {
        if (keys == files.size()) {
            loop.quit();
            return;
        }
        sinceKey.start();
        QTest::keyClick(page.windowHandle(), static_cast<char>('1' + keys++ % 5));
    });
    timer.start(static_cast<int>(1000 / rate));
    loop.exec();
    timer.stop();
    while (session.pending() > 0)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);

    const auto done = catalog->openReview(*review).value().progress().done[0];
    std::printf("%d keys at %.0f a second, %zu labels stored\n", keys, rate, done);
    if (!painted.empty())
        std::printf("next image on the screen after: median %.1f ms, 95 %% %.1f ms, longest %.1f ms (%zu images)\n",
                    percentile(painted, 0.5), percentile(painted, 0.95), percentile(painted, 1), painted.size());
    return static_cast<int>(done) == keys ? 0 : 1;
}
