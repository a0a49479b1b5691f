#include "browser/reviewtraces.h"

#include "review/adjudicationdesk.h"

namespace ir::ui {

QVector<ReviewTrace> readTraces(const Catalog& catalog, ImageId image, const QString& person)
{
    QVector<ReviewTrace> traces;
    const auto reviews = catalog.reviewsOf(image);
    for (const qint64 review : reviews.value_or(QVector<qint64>())) {
        const auto project = catalog.openReview(review);
        if (!project)
            continue;
        auto events = historyFor(person.toStdString(), *project, image);
        if (!events.empty())
            traces.append({QString::fromStdString(project->plan().name), std::move(events)});
    }
    return traces;
}

} // namespace ir::ui
