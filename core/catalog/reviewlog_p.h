#pragma once

#include "catalog/catalog.h"

#include <QString>
#include <QVector>

namespace ir::catalog {

class Connection;

// Annotation projects: the plan as it was made, and the append-only log of what was done. The rules
// are ReviewProject's; this only keeps. Every function runs in a Worker's thread and throws
// DatabaseError.

/// A new project; its number. Refuses a name that is taken.
[[nodiscard]] qint64 createReview(Connection& connection, const ReviewPlan& plan);
[[nodiscard]] QVector<ReviewInfo> reviews(Connection& connection);
/// The projects in whose log an image is.
[[nodiscard]] QVector<qint64> reviewsOf(Connection& connection, qint64 image);
/// The plan and its log, replayed.
[[nodiscard]] ReviewProject openReview(Connection& connection, qint64 review);
/// Brings `project` up to the log.
void refreshReview(Connection& connection, qint64 review, ReviewProject& project);
/// Brings `project` up to the log, then does the events in their order and stores them, all or none;
/// on the disk when it returns. What the rules refuse is thrown, with `project` up to the log.
void appendReviews(Connection& connection, qint64 review, ReviewProject& project,
                   const std::vector<ReviewEvent>& events);

} // namespace ir::catalog
