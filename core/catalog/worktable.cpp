#include "catalog/worktable_p.h"

#include "catalog/connection_p.h"
#include "catalog/filetable_p.h"

#include <QDateTime>

namespace ir::catalog {

namespace {

constexpr int mostAtOnce = 256; // of one claim

/// Milliseconds since 1970 by the clock that all workers share.
qint64 now(Connection& connection)
{
    if (!connection.isPostgreSql()) // all of them are on this machine
        return QDateTime::currentMSecsSinceEpoch();
    Query row = connection.query("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)");
    return row.next() ? row.integer(0) : 0;
}

// Files under a folder that the model has not seen. New ones are found by an index; those that another model has
// seen already are looked for one by one. Values: [the model,] the folder (exact, inside, end).
#define IR_UNDER "(f.path = ? OR (f.path >= ? AND f.path < ?)) "
#define IR_NEW "FROM file f LEFT JOIN lease l ON l.file_id = f.id WHERE f.status = 0 AND " IR_UNDER
#define IR_UNSEEN                                                                                  \
    "FROM file f LEFT JOIN lease l ON l.file_id = f.id LEFT JOIN prediction p ON "                 \
    "p.image_id = f.image_id AND p.model_id = ? WHERE f.status = 1 AND p.id IS NULL AND " IR_UNDER
// Values: worker, until, those of what is asked for, now, how many, now. On PostgreSQL, rows that another worker is just
// claiming are passed over; where it was quicker by a hair, its lease is not touched.
#define IR_CLAIM_FROM "INSERT INTO lease (file_id, worker, until_ms) SELECT f.id, CAST(? AS TEXT), CAST(? AS BIGINT) "
#define IR_CLAIM_FREE "AND (l.file_id IS NULL OR l.until_ms < ?) ORDER BY f.path LIMIT ? "
#define IR_CLAIM_INTO                                                                              \
    "ON CONFLICT (file_id) DO UPDATE SET worker = excluded.worker, until_ms = excluded.until_ms "  \
    "WHERE lease.until_ms < ? RETURNING file_id"
#define IR_SKIP_LOCKED "FOR UPDATE OF f SKIP LOCKED "

QVector<qint64> claimed(Query&& row)
{
    QVector<qint64> files;
    while (row.next())
        files.append(row.integer(0));
    return files;
}

QVector<qint64> claimUnder(Connection& connection, const WorkClaim& claim, const FolderRange& folder,
                           qint64 model, qint64 present, int most)
{
    const qint64 until = present + 1000LL * claim.leaseSeconds;
    const bool skips = connection.isPostgreSql();
    QVector<qint64> files = claimed(connection.query(
        skips ? IR_CLAIM_FROM IR_NEW IR_CLAIM_FREE IR_SKIP_LOCKED IR_CLAIM_INTO
              : IR_CLAIM_FROM IR_NEW IR_CLAIM_FREE IR_CLAIM_INTO,
        claim.worker, until, folder.exact, folder.inside, folder.end, present, most, present));
    if (const int rest = most - static_cast<int>(files.size()); rest > 0)
        files += claimed(connection.query(
            skips ? IR_CLAIM_FROM IR_UNSEEN IR_CLAIM_FREE IR_SKIP_LOCKED IR_CLAIM_INTO
                  : IR_CLAIM_FROM IR_UNSEEN IR_CLAIM_FREE IR_CLAIM_INTO,
            claim.worker, until, model, folder.exact, folder.inside, folder.end, present, rest,
            present));
    return files;
}

/// What is known of the files; its address is the key of the prepared statement.
const char* filesQuery()
{
    static const std::string sql = "SELECT path, size, mtime_ns FROM file WHERE id IN (" +
                                   questionMarks(mostAtOnce) + ") ORDER BY path";
    return sql.c_str();
}

} // namespace

QVector<ScannedFile> claimWork(Connection& connection, const WorkClaim& claim)
{
    QVector<ScannedFile> files;
    Transaction transaction(connection, Transaction::Safety::SurvivesKill);
    const qint64 present = now(connection);
    const qint64 model = modelRow(connection, claim.modelId);
    connection.execute("UPDATE lease SET until_ms = ? WHERE worker = ?",
                       present + 1000LL * claim.leaseSeconds, claim.worker);
    QVector<qint64> ids;
    const int most = std::min(claim.most, mostAtOnce);
    for (const QString& folder : claim.folders)
        if (const int rest = most - static_cast<int>(ids.size()); rest > 0)
            ids += claimUnder(connection, claim, FolderRange(folder), model, present, rest);
    if (!ids.isEmpty()) {
        QVariantList values(ids.cbegin(), ids.cend());
        while (values.size() < mostAtOnce)
            values.append(0); // no file has that id
        Query row = connection.query(filesQuery(), values);
        while (row.next())
            files.append({row.text(0), row.integer(1), row.integer(2)});
    }
    transaction.commit();
    return files;
}

QVector<FileSummary> storeWork(Connection& connection, const QString& worker,
                               const QVector<FileResult>& results)
{
    QVector<FileSummary> all(results.size());
    QVector<FileResult> held;
    QVector<qsizetype> places;
    Transaction transaction(connection, Transaction::Safety::SurvivesKill);
    for (qsizetype i = 0; i < results.size(); ++i) {
        if (connection.execute("DELETE FROM lease WHERE worker = ? AND file_id = "
                               "(SELECT id FROM file WHERE path = ?)",
                               worker, results[i].file.path) == 0)
            continue;
        held.append(results[i]);
        places.append(i);
    }
    const QVector<FileSummary> stored = storeRows(connection, held);
    for (qsizetype i = 0; i < stored.size(); ++i)
        all[places[i]] = stored[i];
    transaction.commit();
    return all;
}

void releaseWork(Connection& connection, const QString& worker)
{
    Transaction transaction(connection, Transaction::Safety::SurvivesKill);
    connection.execute("DELETE FROM lease WHERE worker = ?", worker);
    transaction.commit();
}

bool isWorkLeft(Connection& connection, const WorkClaim& claim)
{
    const qint64 model = modelRow(connection, claim.modelId);
    for (const QString& text : claim.folders) {
        const FolderRange folder(text);
        {
            Query row = connection.query("SELECT f.id " IR_NEW "LIMIT 1", folder.exact, folder.inside,
                                         folder.end);
            if (row.next())
                return true;
        }
        Query row = connection.query("SELECT f.id " IR_UNSEEN "LIMIT 1", model, folder.exact,
                                     folder.inside, folder.end);
        if (row.next())
            return true;
    }
    return false;
}

} // namespace ir::catalog
