#include "pipeline/classifyrun.h"

#include "base/digest.h"
#include "catalog/catalog.h"
#include "dicom/dicomfile.h"
#include "image/modality.h"
#include "nn/modelinfo.h"
#include "pipeline/filescanner.h"
#include "pipeline/imageloader.h"
#include "pipeline/thumbnailcache.h"

#include <QFile>
#include <QThread>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>

namespace ir {

namespace {

using Clock = std::chrono::steady_clock;

/// The first names show soon, later ones in batches that a view takes in well.
constexpr auto flushInterval = std::chrono::milliseconds(100);
constexpr qsizetype foundBatch = 500;
constexpr qsizetype resultBatch = 64;
constexpr int claimBatch = 64;
constexpr auto claimInterval = std::chrono::milliseconds(250); // between looks at what other workers left

std::filesystem::path toPath(const QString& path)
{
    return QFile::encodeName(path).constData();
}

/// The model's word on a picture that is no radiograph by its header: none.
Prediction abstention(const std::string& modelId)
{
    Prediction prediction;
    prediction.needsReview = true;
    prediction.modelId = modelId;
    return prediction;
}

/// How a file looks in the grid when no catalog keeps it.
FileSummary summaryOf(const FileResult& result)
{
    FileSummary summary;
    summary.path = result.file.path;
    summary.size = result.file.size;
    summary.mtimeNs = result.file.mtimeNs;
    summary.status = result.status;
    summary.reason = result.reason;
    summary.sopInstanceUid = QString::fromStdString(result.facts.sopInstanceUid);
    summary.modality = QString::fromStdString(result.facts.modality);
    summary.bodyPartExamined = QString::fromStdString(result.facts.bodyPartExamined);
    summary.studyDate = QString::fromStdString(result.facts.studyDate);
    summary.predictedClass = result.predictedClass;
    if (result.prediction) {
        summary.confidence = result.prediction->confidence;
        summary.needsReview = result.prediction->needsReview;
    }
    return summary;
}

FileResult unusable(const ScannedFile& file, const std::string& reason)
{
    FileResult result;
    result.file = file;
    result.status = FileStatus::Unreadable;
    result.reason = QString::fromStdString(reason);
    return result;
}

} // namespace

ClassifyRun::ClassifyRun(ClassifyJob job, Callbacks callbacks)
    : m_job(std::move(job)), m_callbacks(std::move(callbacks)),
      m_toDecode(std::numeric_limits<std::size_t>::max()), m_toClassify(16)
{
    const int decoders = m_job.decoders > 0 ? m_job.decoders : usableCores();
    m_decodersLeft = decoders;
    m_classifier.reset(QThread::create([this] { classify(); }));
    m_classifier->setObjectName(QStringLiteral("classifier"));
    m_classifier->start();
    m_scanner = std::jthread([this] { scan(); });
    for (int i = 0; i < decoders; ++i)
        m_decoders.emplace_back([this] { decode(); });
}

ClassifyRun::~ClassifyRun()
{
    requestStop();
    m_scanner.join();
    m_decoders.clear();
    m_classifier->wait();
}

void ClassifyRun::requestStop()
{
    m_stop.request_stop();
}

void ClassifyRun::setPaused(bool paused)
{
    const std::lock_guard lock(m_mutex);
    m_paused = paused;
    m_unpaused.notify_all();
}

bool ClassifyRun::isPaused()
{
    const std::lock_guard lock(m_mutex);
    return m_paused;
}

bool ClassifyRun::proceed()
{
    std::unique_lock lock(m_mutex);
    return m_unpaused.wait(lock, m_stop.get_token(), [this] { return !m_paused; }) &&
           !m_stop.stop_requested();
}

void ClassifyRun::fail(const std::string& message)
{
    const std::lock_guard lock(m_mutex);
    if (m_error.empty())
        m_error = message;
    m_stop.request_stop();
}

// --- scanning ---------------------------------------------------------------------------------------

void ClassifyRun::scan()
{
    const auto stop = m_stop.get_token();
    if (!m_job.weights.empty()) {
        auto model = readModelInfo(m_job.weights);
        if (!model) {
            fail(model.error().message);
            m_toDecode.close();
            return;
        }
        m_model = std::move(*model);
    }

    QVector<ScannedFile> batch;
    QVector<QString> present;
    QVector<FileResult> bad;
    auto flushed = Clock::now();
    ScanCallbacks callbacks;
    callbacks.found = [&](const ScannedFile& file) {
        batch.push_back(file);
        present.push_back(file.path);
        if (batch.size() >= foundBatch || Clock::now() - flushed > flushInterval) {
            publishFound(batch);
            flushed = Clock::now();
        }
    };
    callbacks.notice = [&](const std::string& message) {
        ++m_counts.leftOut;
        m_callbacks.notice(QString::fromStdString(message));
    };
    callbacks.unusableRoot = [&](const std::filesystem::path& path, const std::string& reason) {
        bad.push_back(unusable({QFile::decodeName(path.c_str()), 0, 0}, reason));
    };
    const bool complete =
        (m_job.shared && !m_job.shared->scan) || scanFiles(m_job.roots, callbacks, stop);
    publishFound(batch);
    if (!bad.isEmpty()) {
        QVector<FileSummary> summaries;
        for (const auto& result : bad)
            summaries.push_back(summaryOf(result));
        m_counts.unreadable += bad.size();
        m_callbacks.done(bad, summaries);
    }
    if (complete && m_job.catalog != nullptr && !m_job.shared)
        forgetMissing(present);
    if (m_job.shared)
        claimToTheEnd();
    m_counts.scanFinished = true;
    m_toDecode.close();
}

void ClassifyRun::forgetMissing(const QVector<QString>& present)
{
    // A share that is not mounted looks like an empty folder: that must not empty it for the other desks.
    if (present.isEmpty() && Catalog::isServer(m_job.catalog->path()))
        return;
    for (const auto& root : m_job.roots) {
        std::error_code error;
        if (!std::filesystem::is_directory(root, error))
            continue;
        const auto absolute = std::filesystem::absolute(root).lexically_normal();
        const auto forgotten =
            m_job.catalog->forgetMissing(QFile::decodeName(absolute.c_str()), present);
        if (!forgotten)
            m_callbacks.notice(QString::fromStdString(forgotten.error().message));
    }
}

QVector<FileSummary> ClassifyRun::registerFiles(const QVector<ScannedFile>& files)
{
    if (m_job.catalog != nullptr) {
        auto known = m_job.catalog->registerFiles(files, m_model.digest);
        if (known)
            return *known;
        fail(known.error().message);
        return {};
    }
    QVector<FileSummary> summaries;
    for (const auto& file : files) {
        FileResult fresh;
        fresh.file = file;
        summaries.push_back(summaryOf(fresh));
    }
    return summaries;
}

void ClassifyRun::publishFound(QVector<ScannedFile>& batch)
{
    if (batch.isEmpty())
        return;
    const QVector<FileSummary> summaries = registerFiles(batch);
    m_counts.found += summaries.size();
    m_callbacks.found(summaries);
    for (qsizetype i = 0; i < summaries.size(); ++i) {
        const FileSummary& summary = summaries[i];
        if (summary.status == FileStatus::Unreadable) {
            ++m_counts.known;
            ++m_counts.unreadable;
        } else if (summary.status == FileStatus::Ok &&
                   (m_job.weights.empty() || !summary.predictedClass.isEmpty() || summary.isLeftUntagged())) {
            ++m_counts.known;
        } else if (!m_job.shared) {
            ++m_counts.toDo;
            m_toDecode.push(batch[i], m_stop.get_token());
        }
    }
    batch.clear();
    if (m_job.shared)
        claimWork();
}

// --- shared work ------------------------------------------------------------------------------------

WorkClaim ClassifyRun::claim() const
{
    WorkClaim claim;
    claim.worker = m_job.shared->worker;
    claim.modelId = m_model.digest;
    claim.leaseSeconds = m_job.shared->leaseSeconds;
    // One batch is being worked on while the next one waits.
    claim.most = m_counts.toDo < claimBatch ? claimBatch : 0;
    for (const auto& root : m_job.roots) {
        const auto absolute = std::filesystem::absolute(root).lexically_normal();
        claim.folders.append(QFile::decodeName(absolute.c_str()));
    }
    return claim;
}

void ClassifyRun::claimWork()
{
    const WorkClaim wanted = claim();
    const bool mustRenew =
        Clock::now() - m_claimed > std::chrono::seconds(wanted.leaseSeconds) / 4;
    if (wanted.most == 0 && !mustRenew)
        return;
    m_claimed = Clock::now();
    const auto files = m_job.catalog->claimWork(wanted);
    if (!files) {
        fail(files.error().message);
        return;
    }
    for (const ScannedFile& file : *files) {
        ++m_counts.toDo;
        m_toDecode.push(file, m_stop.get_token());
    }
}

void ClassifyRun::claimToTheEnd()
{
    while (proceed()) {
        claimWork();
        if (m_counts.toDo == 0) {
            const auto isLeft = m_job.catalog->isWorkLeft(claim());
            if (!isLeft)
                fail(isLeft.error().message);
            if (!isLeft || !*isLeft)
                break;
        }
        std::this_thread::sleep_for(claimInterval);
    }
}

// --- decoding ---------------------------------------------------------------------------------------

void ClassifyRun::decode()
{
    const auto stop = m_stop.get_token();
    while (proceed()) {
        const auto file = m_toDecode.pop(stop);
        if (!file)
            break;
        Decoded decoded;
        decodeOne(*file, decoded);
        ++(decoded.result.status == FileStatus::Ok ? m_counts.decoded : m_counts.unreadable);
        if (!m_toClassify.push(std::move(decoded), stop))
            break;
    }
    if (--m_decodersLeft == 0)
        m_toClassify.close();
}

void ClassifyRun::decodeOne(const ScannedFile& file, Decoded& decoded)
{
    FileResult& result = decoded.result;
    result.file = file;
    const auto path = toPath(file.path);
    if (m_job.catalog != nullptr) {
        auto digest = sha256OfFile(path);
        if (!digest) {
            result = unusable(file, digest.error().message);
            return;
        }
        result.digest = std::move(*digest);
    }
    auto image = decodeImage(path, {.longestSide = workingSide});
    if (!image) {
        result = unusable(file, image.error().message);
        if (auto facts = readFacts(path))
            result.facts = std::move(*facts);
        return;
    }
    result.status = FileStatus::Ok;
    result.facts = std::move(image->facts);
    decoded.image = std::move(image->image);
    if (m_job.thumbnails != nullptr)
        m_job.thumbnails->put({file.path, file.size, file.mtimeNs}, decoded.image);
}

// --- classifying ------------------------------------------------------------------------------------

std::unique_ptr<Engine> ClassifyRun::loadEngine()
{
    auto engine = Engine::load(m_job.weights, m_job.engine);
    if (!engine) {
        fail(engine.error().message);
        return nullptr;
    }
    const ModelInfo& model = (*engine)->model();
    const QString name = QString::fromStdString(model.path.stem().string());
    m_callbacks.engineReady(QString::fromStdString((*engine)->device()), name);
    if (m_job.catalog != nullptr) {
        const auto stored =
            m_job.catalog->rememberModel({model.digest, name.toStdString(), model.classes});
        if (!stored)
            fail(stored.error().message);
    }
    return std::move(*engine);
}

void ClassifyRun::classify()
{
    const auto stop = m_stop.get_token();
    const std::unique_ptr<Engine> engine = m_job.weights.empty() ? nullptr : loadEngine();

    QVector<FileResult> results;
    auto flushed = Clock::now();
    while (!m_toClassify.finished()) {
        if (isPaused())
            publishDone(results);
        if (!proceed())
            break;
        const auto most = static_cast<std::size_t>(engine ? engine->preferredBatch() : 1);
        std::vector<Decoded> batch;
        while (batch.size() < most) {
            auto next = batch.empty() ? m_toClassify.popFor(flushInterval, stop)
                                      : m_toClassify.popFor(std::chrono::milliseconds(5), stop);
            if (!next)
                break;
            batch.push_back(std::move(*next));
        }
        if (engine && !classifyBatch(*engine, batch))
            break;
        for (auto& decoded : batch)
            results.push_back(std::move(decoded.result));
        if (results.size() >= resultBatch || Clock::now() - flushed > flushInterval) {
            publishDone(results);
            flushed = Clock::now();
        }
    }
    publishDone(results); // what is done is kept, cancelled or not
    if (m_job.shared && m_stop.stop_requested()) // or the others would wait for the end of the leases
        (void)m_job.catalog->releaseWork(m_job.shared->worker);

    std::string error;
    {
        const std::lock_guard lock(m_mutex);
        error = m_error;
    }
    m_callbacks.finished(m_stop.stop_requested() && error.empty(), QString::fromStdString(error));
}

bool ClassifyRun::classifyBatch(Engine& engine, std::vector<Decoded>& batch)
{
    std::vector<GrayImage> images;
    std::vector<std::size_t> readable;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        FileResult& result = batch[i].result;
        if (result.status != FileStatus::Ok)
            continue;
        if (modalityKind(result.facts.modality) == ModalityKind::Foreign) {
            result.prediction = abstention(engine.model().digest);
            continue;
        }
        images.push_back(std::move(batch[i].image));
        readable.push_back(i);
    }
    if (images.empty())
        return true;
    auto predictions = engine.classify(images);
    for (const auto& message : engine.takeNotices()) {
        m_callbacks.notice(QString::fromStdString(message));
        m_callbacks.engineReady(QString::fromStdString(engine.device()),
                                QString::fromStdString(engine.model().path.stem().string()));
    }
    if (!predictions) {
        fail(predictions.error().message);
        return false;
    }
    for (std::size_t i = 0; i < readable.size(); ++i) {
        FileResult& result = batch[readable[i]].result;
        Prediction& prediction = (*predictions)[i];
        prediction.needsReview |= modalityKind(result.facts.modality) != ModalityKind::Radiograph;
        result.predictedClass = QString::fromStdString(
            engine.model().classes[static_cast<std::size_t>(prediction.classIndex)]);
        result.prediction = std::move(prediction);
    }
    m_counts.classified += static_cast<qint64>(readable.size());
    return true;
}

Result<QVector<FileSummary>> ClassifyRun::store(QVector<FileResult>& results)
{
    if (!m_job.shared)
        return m_job.catalog->storeResults(results);
    auto stored = m_job.catalog->storeWork(m_job.shared->worker, results);
    if (!stored)
        return stored;
    // What another worker took over (this one was thought dead) is that one's to tell.
    QVector<FileResult> ours;
    QVector<FileSummary> summaries;
    for (qsizetype i = 0; i < results.size(); ++i)
        if (stored->at(i).id != 0) {
            ours.append(std::move(results[i]));
            summaries.append(stored->at(i));
        }
    results = std::move(ours);
    return summaries;
}

void ClassifyRun::publishDone(QVector<FileResult>& results)
{
    if (results.isEmpty())
        return;
    const auto done = results.size();
    QVector<FileSummary> summaries;
    if (m_job.catalog != nullptr) {
        auto stored = store(results);
        if (!stored) {
            fail(stored.error().message);
            return;
        }
        summaries = std::move(*stored);
    } else {
        for (const auto& result : results)
            summaries.push_back(summaryOf(result));
    }
    m_counts.toDo -= done; // now that it is stored: nothing is left only then
    m_callbacks.done(std::move(results), std::move(summaries));
    results.clear();
}

} // namespace ir
