#include "catalog/integrity_p.h"

#include "catalog/connection_p.h"
#include "catalog/reviewlog_p.h"

#include <array>

namespace ir::catalog {

namespace {

/// A question whose answer must be 0.
struct Rule
{
    const char* violations; ///< counts what breaks it
    const char* sentence;   ///< after the count
};

constexpr std::array rules{
    Rule{"SELECT count(*) FROM (SELECT image_id, max(id) AS id FROM label_event WHERE round = 0 "
         "GROUP BY image_id) AS latest JOIN label_event e ON e.id = latest.id LEFT JOIN label_state s "
         "ON s.image_id = e.image_id WHERE s.image_id IS NULL OR s.event_id <> e.id OR s.label <> e.label",
         "image(s) have another label than their latest event gave them."},
    Rule{"SELECT count(*) FROM label_state s LEFT JOIN label_event e ON e.id = s.event_id "
         "WHERE e.id IS NULL OR e.image_id <> s.image_id OR e.round <> 0",
         "image(s) have a label that no event gave them."},
    Rule{"SELECT count(*) FROM (SELECT previous_label, lag(label, 1, '') OVER "
         "(PARTITION BY image_id ORDER BY id) AS before FROM label_event WHERE round = 0) AS chain "
         "WHERE previous_label <> before",
         "label event(s) do not follow from the one before: some are missing or were changed."},
    Rule{"SELECT count(*) FROM step_state s LEFT JOIN step t ON t.id = s.step_id "
         "WHERE t.id IS NULL OR t.reader_id <> s.reader_id OR s.undone NOT IN (0, 1)",
         "step(s) can be undone by another reader than took them."},
    Rule{"SELECT count(*) FROM image i LEFT JOIN prediction p ON p.id = i.latest_prediction_id "
         "WHERE i.latest_prediction_id IS NOT NULL AND (p.id IS NULL OR p.image_id <> i.id)",
         "image(s) name a prediction that is none of theirs."},
    Rule{"SELECT count(*) FROM file WHERE status NOT IN (0, 1, 2) OR (status = 1 AND image_id IS NULL)",
         "file(s) count as read but have no image."},
    Rule{"SELECT count(*) FROM (SELECT project_id FROM review_event GROUP BY project_id "
         "HAVING min(sequence) <> 0 OR max(sequence) + 1 <> count(*)) AS holes",
         "annotation project(s) have a log with holes."},
};

// Which triggers keep the logs from being rewritten.
constexpr std::array guards{"label_event_sets_state", "label_event_no_update", "label_event_no_delete",
                            "step_no_update",         "step_no_delete",        "review_project_no_update",
                            "review_project_no_delete", "review_event_no_update", "review_event_no_delete"};

void checkGuards(Connection& connection, QStringList& problems)
{
    for (const char* guard : guards) {
        // PostgreSQL: 'O' fires in sessions of people, 'D' is switched off.
        Query row = connection.query(
            connection.isPostgreSql()
                ? "SELECT count(*) FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid "
                  "WHERE t.tgname = ? AND c.relnamespace = 'imaging_router'::regnamespace "
                  "AND t.tgenabled IN ('O', 'A')"
                : "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name = ?",
            QString::fromLatin1(guard));
        if (!row.next() || row.integer(0) == 0)
            problems.append(QStringLiteral("The log is not protected: the trigger %1 is missing or switched off.")
                                .arg(QLatin1String(guard)));
    }
}

void checkFile(Connection& connection, QStringList& problems)
{
    {
        Query row = connection.query("PRAGMA integrity_check(10)");
        while (row.next())
            if (row.text(0) != QLatin1String("ok"))
                problems.append(QString(QStringLiteral("The file is damaged: ") + row.text(0) + u'.'));
    }
    Query row = connection.query("PRAGMA foreign_key_check");
    qint64 count = 0;
    while (row.next())
        ++count;
    if (count > 0)
        problems.append(QStringLiteral("%1 row(s) refer to others that are not there.").arg(count));
}

} // namespace

QStringList problemsOf(Connection& connection)
{
    QStringList problems;
    if (!connection.isPostgreSql()) // a server's tables keep their references themselves
        checkFile(connection, problems);
    checkGuards(connection, problems);
    for (const Rule& rule : rules)
        if (const qint64 count = connection.integerOf(QString::fromUtf8(rule.violations)); count > 0)
            problems.append(QString::number(count) + u' ' + QLatin1String(rule.sentence));
    for (const ReviewInfo& info : reviews(connection)) {
        try {
            (void)openReview(connection, info.id);
        } catch (const DatabaseError& error) {
            if (error.isConnectionLost)
                throw;
            problems.append(QString::fromStdString(error.error.message));
        }
    }
    return problems;
}

} // namespace ir::catalog
