#pragma once

#include "catalog/catalog.h"
#include "pipeline/boundedqueue.h"
#include "pipeline/classifypipeline.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

class QThread;

namespace ir {

/// The threads and queues of one job of a ClassifyPipeline. The callbacks come from its threads.
class ClassifyRun
{
public:
    struct Callbacks
    {
        std::function<void(QVector<FileSummary>)> found;
        std::function<void(QVector<FileResult>, QVector<FileSummary>)> done;
        std::function<void(QString)> notice;
        std::function<void(QString device, QString model)> engineReady;
        /// Last of all, from the classifier's thread. Empty: no error.
        std::function<void(bool cancelled, QString error)> finished;
    };
    struct Counts
    {
        std::atomic<qint64> found = 0;
        std::atomic<qint64> known = 0;
        std::atomic<qint64> toDo = 0; ///< found, in need of work and not through yet
        std::atomic<qint64> decoded = 0;
        std::atomic<qint64> classified = 0;
        std::atomic<qint64> unreadable = 0;
        std::atomic<qint64> leftOut = 0;
        std::atomic<bool> scanFinished = false;
    };

    ClassifyRun(ClassifyJob job, Callbacks callbacks);
    /// Stops and waits for the threads: no longer than one image takes.
    ~ClassifyRun();

    void requestStop();
    void setPaused(bool paused);
    [[nodiscard]] const Counts& counts() const { return m_counts; }

private:
    struct Decoded
    {
        FileResult result;
        GrayImage image;
    };

    void scan();
    [[nodiscard]] QVector<FileSummary> registerFiles(const QVector<ScannedFile>& files);
    void forgetMissing(const QVector<QString>& present);
    void publishFound(QVector<ScannedFile>& batch);
    [[nodiscard]] WorkClaim claim() const;
    /// Takes a batch from the catalog if there is room for it.
    void claimWork();
    /// Claims until nothing is left, neither free nor held by other workers.
    void claimToTheEnd();
    [[nodiscard]] Result<QVector<FileSummary>> store(QVector<FileResult>& results);
    void decode();
    void decodeOne(const ScannedFile& file, Decoded& decoded);
    void classify();
    [[nodiscard]] std::unique_ptr<Engine> loadEngine();
    [[nodiscard]] bool classifyBatch(Engine& engine, std::vector<Decoded>& batch);
    void publishDone(QVector<FileResult>& results);
    void fail(const std::string& message);
    [[nodiscard]] bool isPaused();
    /// Waits while the job is paused; false: stopped.
    [[nodiscard]] bool proceed();

    const ClassifyJob m_job;
    const Callbacks m_callbacks;
    Counts m_counts;
    std::chrono::steady_clock::time_point m_claimed; ///< last; only the scanner's
    ModelInfo m_model; ///< empty where the job has none
    std::stop_source m_stop;

    std::mutex m_mutex; // guards m_paused and m_error
    std::condition_variable_any m_unpaused;
    bool m_paused = false;
    std::string m_error;

    /// Paths only, so it need not be bounded: the scan runs ahead and names show first.
    BoundedQueue<ScannedFile> m_toDecode;
    BoundedQueue<Decoded> m_toClassify;
    std::atomic<int> m_decodersLeft;
    std::jthread m_scanner;
    std::vector<std::jthread> m_decoders;
    std::unique_ptr<QThread> m_classifier;
};

} // namespace ir
