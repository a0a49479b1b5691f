#include "tagging.h"

#include "commands.h"

#include <QEventLoop>

namespace ir::cli {

Result<TaggingOutcome> tag(const ClassifyJob& job, const TaggingCallbacks& callbacks,
                           const std::stop_token& stop)
{
    TaggingOutcome outcome;
    QString error;
    QEventLoop loop;
    ClassifyPipeline pipeline;
    if (callbacks.found)
        QObject::connect(&pipeline, &ClassifyPipeline::filesFound, &loop, callbacks.found);
    if (callbacks.results)
        QObject::connect(&pipeline, &ClassifyPipeline::results, &loop, callbacks.results);
    QObject::connect(&pipeline, &ClassifyPipeline::progressed, &loop,
                     [&](const ClassifyProgress& progress) {
                         outcome.last = progress;
                         if (callbacks.progress)
                             showProgress(callbacks.progress(progress));
                         if (stop.stop_requested())
                             pipeline.cancel();
                     });
    QObject::connect(&pipeline, &ClassifyPipeline::notice, &loop, [](const QString& message) {
        fail(SomeUnreadable, message.toStdString());
    });
    QObject::connect(&pipeline, &ClassifyPipeline::finished, &loop,
                     [&](bool wasCancelled, const QString& problem) {
                         outcome.cancelled = wasCancelled;
                         error = problem;
                         loop.quit();
                     });
    pipeline.start(job);
    loop.exec();
    endProgress();
    if (!error.isEmpty())
        return failure(error.toStdString());
    return outcome;
}

} // namespace ir::cli
