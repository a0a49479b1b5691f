#include "catalog/worktable_p.h"

#include "catalog/connection_p.h"
#include "catalog/filetable_p.h"

#include <QDateTime>
#include <QSet>

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
// seen already are looked for one by one. Values: [the model's digest,] the folder (exact, inside, end).
// The model is named by its digest: its row may be another worker's of just now.
#define IR_MODEL "(SELECT m.id FROM model m WHERE m.digest = ?) "
#define IR_UNDER "(f.path = ? OR (f.path >= ? AND f.path < ?)) "
#define IR_NEW "FROM file f LEFT JOIN lease l ON l.file_id = f.id WHERE f.status = 0 AND " IR_UNDER
#define IR_UNSEEN                                                                                  \
    "FROM file f LEFT JOIN lease l ON l.file_id = f.id LEFT JOIN prediction p ON "                 \
    "p.image_id = f.image_id AND p.model_id = " IR_MODEL "WHERE f.status = 1 AND p.id IS NULL AND " IR_UNDER
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
                           qint64 present, int most)
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
            claim.worker, until, claim.modelId, folder.exact, folder.inside, folder.end, present, rest,
            present));
    return files;
}

/// Those of some files that the model has not seen; its address is the key of the prepared statement.
const char* unseenQuery()
{
    static const std::string sql =
        "SELECT f.id, f.path, f.size, f.mtime_ns FROM file f LEFT JOIN prediction p ON "
        "p.image_id = f.image_id AND p.model_id = " IR_MODEL "WHERE (f.status = 0 OR (f.status = 1 AND p.id IS NULL)) "
        "AND f.id IN (" +
        questionMarks(mostAtOnce) + ") ORDER BY f.path";
    return sql.c_str();
}

/// The claimed files. Some may have been claimed, tagged and let go of by another worker while our claim was being
/// looked for, which saw nothing of that: a statement sees what was when it began. Ours by now, they are asked about
/// once more, and those are let go of.
QVector<ScannedFile> confirmed(Connection& connection, const WorkClaim& claim,
                               const QVector<qint64>& ids)
{
    QVector<ScannedFile> files;
    QSet<qint64> seen(ids.cbegin(), ids.cend());
    QVariantList values{QString::fromStdString(claim.modelId)};
    values.append(QVariantList(ids.cbegin(), ids.cend()));
    while (values.size() < mostAtOnce + 1)
        values.append(0); // no file has that id
    {
        Query row = connection.query(unseenQuery(), values);
        while (row.next()) {
            seen.remove(row.integer(0));
            files.append({row.text(1), row.integer(2), row.integer(3)});
        }
    }
    for (const qint64 file : std::as_const(seen))
        connection.execute("DELETE FROM lease WHERE file_id = ? AND worker = ?", file, claim.worker);
    return files;
}

} // namespace

QVector<ScannedFile> claimWork(Connection& connection, const WorkClaim& claim)
{
    QVector<ScannedFile> files;
    Transaction transaction(connection, Transaction::Safety::SurvivesKill);
    const qint64 present = now(connection);
    connection.execute("UPDATE lease SET until_ms = ? WHERE worker = ?",
                       present + 1000LL * claim.leaseSeconds, claim.worker);
    QVector<qint64> ids;
    const int most = std::min(claim.most, mostAtOnce);
    for (const QString& folder : claim.folders)
        if (const int rest = most - static_cast<int>(ids.size()); rest > 0)
            ids += claimUnder(connection, claim, FolderRange(folder), present, rest);
    if (!ids.isEmpty())
        files = confirmed(connection, claim, ids);
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
    for (const QString& text : claim.folders) {
        const FolderRange folder(text);
        {
            Query row = connection.query("SELECT f.id " IR_NEW "LIMIT 1", folder.exact, folder.inside,
                                         folder.end);
            if (row.next())
                return true;
        }
        Query row = connection.query("SELECT f.id " IR_UNSEEN "LIMIT 1", claim.modelId,
                                     folder.exact, folder.inside, folder.end);
        if (row.next())
            return true;
    }
    return false;
}

} // namespace ir::catalog
