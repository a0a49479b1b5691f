#include "review/reviewsession.h"

#include <QDateTime>

#include <utility>

namespace ir::ui {

std::int64_t reviewNow() { return QDateTime::currentMSecsSinceEpoch(); }

struct ReviewSession::Read
{
    std::shared_ptr<ReviewProject> truth;
    std::unique_ptr<ReviewProject> shown;
    QHash<ImageId, FileSummary> files;
};

/// What became of one event, or of a question after what others did (`isAnswer`).
struct ReviewSession::Report
{
    QString problem;
    std::vector<ReviewEvent> others;      ///< done since
    std::unique_ptr<ReviewProject> truth; ///< where `problem`, or after a question
    bool isAnswer = false;
};

ReviewSession::ReviewSession(Catalog& catalog, std::string modelId, QObject* parent)
    : QObject(parent), m_catalog(catalog), m_modelId(std::move(modelId))
{
    m_worker.setMaxThreadCount(1);
    connect(&catalog, &Catalog::reviewChangedElsewhere, this, [this](qint64 review) {
        if (review == m_review)
            catchUp();
    });
    connect(&catalog, &Catalog::changesMissed, this, &ReviewSession::catchUp);
}

ReviewSession::~ReviewSession() { m_worker.waitForDone(); }

void ReviewSession::open(qint64 review)
{
    const int request = ++m_request;
    m_review = review;
    m_worker.start([this, request, review] {
        auto truth = m_catalog.openReview(review);
        auto files = truth ? m_catalog.files({}, m_modelId) : Result<QVector<FileSummary>>(tl::unexpected(truth.error()));
        auto read = std::make_shared<Read>();
        if (files) {
            QSet<ImageId> wanted;
            for (const ReviewImage& image : truth->plan().images)
                wanted.insert(image.id);
            for (const ReviewExample& example : truth->plan().examples)
                wanted.insert(example.image);
            for (const FileSummary& file : std::as_const(*files))
                if (wanted.contains(file.imageId) && file.status == FileStatus::Ok)
                    read->files.insert(file.imageId, file);
            read->truth = std::make_shared<ReviewProject>(std::move(*truth));
            read->shown = std::make_unique<ReviewProject>(*read->truth);
        }
        const QString problem = files ? QString() : QString::fromStdString(files.error().message);
        QMetaObject::invokeMethod(this, [this, request, read, problem] {
            if (request != m_request)
                return;
            if (problem.isEmpty()) {
                show(std::move(*read));
            } else {
                m_review = 0;
                Q_EMIT failed(problem);
            }
        });
    });
}

void ReviewSession::show(Read read)
{
    m_truth = std::move(read.truth);
    m_project = std::move(read.shown);
    m_files = std::move(read.files);
    m_pending.clear();
    Q_EMIT opened();
}

Result<void> ReviewSession::act(const ReviewEvent& event)
{
    if (!m_project)
        return failure(tr("No project is open.").toStdString());
    auto done = m_project->apply(event);
    if (done)
        store(event);
    return done;
}

void ReviewSession::store(const ReviewEvent& event)
{
    m_pending.push_back(event);
    m_worker.start([this, event, request = m_request, review = m_review, truth = m_truth] {
        const std::size_t before = truth->log().size();
        const auto done = m_catalog.appendReview(review, *truth, event);
        auto report = std::make_shared<Report>();
        if (done) {
            const auto& log = truth->log();
            report->others.assign(log.begin() + static_cast<std::ptrdiff_t>(before), log.end() - 1);
        } else {
            report->problem = QString::fromStdString(done.error().message);
            report->truth = std::make_unique<ReviewProject>(*truth);
        }
        QMetaObject::invokeMethod(this, [this, request, report] {
            if (request == m_request)
                take(std::move(*report));
        });
    });
}

void ReviewSession::catchUp()
{
    if (!m_project || !m_pending.empty())
        return;
    m_worker.start([this, request = m_request, review = m_review, truth = m_truth] {
        const std::size_t before = truth->log().size();
        if (!m_catalog.refreshReview(review, *truth) || truth->log().size() == before)
            return; // what is wrong with the catalog shows with the next act
        auto report = std::make_shared<Report>();
        report->others.assign(truth->log().begin() + static_cast<std::ptrdiff_t>(before), truth->log().end());
        report->isAnswer = true;
        QMetaObject::invokeMethod(this, [this, request, report] {
            if (request == m_request)
                take(std::move(*report));
        });
    });
}

void ReviewSession::take(Report report)
{
    if (!report.isAnswer)
        m_pending.pop_front();
    if (report.truth) {
        goBackTo(std::move(*report.truth));
    } else if (!report.others.empty()) {
        bool fits = true;
        for (const ReviewEvent& event : report.others)
            fits = fits && m_project->apply(event);
        if (!fits) { // something of ours that is still pending will be refused; meanwhile the log's word counts
            m_worker.start([this, request = m_request, truth = m_truth] {
                auto answer = std::make_shared<Report>();
                answer->truth = std::make_unique<ReviewProject>(*truth);
                answer->isAnswer = true;
                QMetaObject::invokeMethod(this, [this, request, answer] {
                    if (request == m_request)
                        take(std::move(*answer));
                });
            });
        }
        Q_EMIT changed();
    }
    if (!report.problem.isEmpty())
        Q_EMIT refused(report.problem);
    if (m_pending.empty() && !report.isAnswer)
        Q_EMIT stored();
}

void ReviewSession::goBackTo(ReviewProject truth)
{
    *m_project = std::move(truth);
    for (const ReviewEvent& event : m_pending)
        (void)m_project->apply(event); // what does not fit will be refused in its turn
    Q_EMIT changed();
}

} // namespace ir::ui
