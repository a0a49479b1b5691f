#include "insight/evaluationjob.h"

#include "base/atomicfile.h"
#include "evaluation/htmlreport.h"

#include <QCoreApplication>
#include <QDate>
#include <QFile>

namespace ir::ui {

namespace {

std::string fileName(const QString& path) { return QFile::encodeName(path).toStdString(); }

} // namespace

EvaluationJob::EvaluationJob(QObject* parent) : BackgroundWork(QStringLiteral("evaluation"), parent) {}

EvaluationJob::~EvaluationJob() { leave(); }

void EvaluationJob::evaluate(const EvaluationRequest& request)
{
    run(
        [this, request](const std::stop_token& stop) -> Result<ComparisonRun> {
            const auto set = request.catalog
                                 ? LabelledSet::fromCatalog(*request.catalog)
                                 : LabelledSet::fromManifest(fileName(request.manifest), request.split.toStdString());
            if (!set)
                return tl::unexpected(set.error());
            const auto total = qint64(set->images.size());
            return runComparison(
                *set, request.models, request.options,
                [this, total](std::size_t done) {
                    QMetaObject::invokeMethod(this, [this, done, total] { Q_EMIT progressed(qint64(done), total); });
                },
                stop);
        },
        [this](ComparisonRun&& run) {
            Q_EMIT evaluated(std::make_shared<const ComparisonRun>(std::move(run)));
        });
}

void EvaluationJob::writeReport(const std::shared_ptr<const ComparisonRun>& run, std::size_t model,
                                const QString& path)
{
    const std::string madeBy = "imaging-router " + QCoreApplication::applicationVersion().toStdString() + ", " +
                               QDate::currentDate().toString(Qt::ISODate).toStdString();
    this->run(
        [run, model, path, madeBy](const std::stop_token& stop) -> Result<QString> {
            EvaluationReport report = reportOf(run->evaluations[model]);
            if (run->timedImages > 0) {
                report.time = run->comparison.models[model].time;
                report.decodeMs = run->decodeMs;
            }
            const std::string page = htmlReport(report, {.madeBy = madeBy}, stop);
            if (stop.stop_requested())
                return failure("Stopped.");
            return writeFileAtomically(fileName(path), page).map([&] { return path; });
        },
        [this](QString&& written) { Q_EMIT reportWritten(written); });
}

} // namespace ir::ui
