#pragma once

#include "base/result.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QVariant>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace ir::catalog {

/// What SQLite refused, already put into words; thrown inside this room only and turned into a Result by
/// Worker, so that a transaction is left by unwinding.
struct DatabaseError
{
    Error error;
    int code = 0; ///< SQLite's primary result code
};

/// A running statement; the rows are read forward once. Ends its read transaction when destroyed.
class Query
{
public:
    explicit Query(QSqlQuery& query) : m_query(query) {}
    ~Query() { m_query.finish(); }
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    [[nodiscard]] bool next() { return m_query.next(); }
    [[nodiscard]] qint64 integer(int column) const { return m_query.value(column).toLongLong(); }
    [[nodiscard]] double real(int column) const { return m_query.value(column).toDouble(); }
    [[nodiscard]] QString text(int column) const { return m_query.value(column).toString(); }

private:
    QSqlQuery& m_query;
};

/// One SQLite connection with its prepared statements. Belongs to the thread that made it.
class Connection
{
public:
    /// Opens (creates) the file; checks nothing of its content yet.
    explicit Connection(const QString& path);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] const QString& path() const { return m_path; }
    [[nodiscard]] bool isInMemory() const { return m_path == QLatin1String(":memory:"); }

    /// Runs a statement with values for its `?`; `sql` must be a literal (it is the key of the cache).
    template <typename... Values>
    [[nodiscard]] Query query(const char* sql, const Values&... values)
    {
        return Query(run(sql, {toVariant(values)...}));
    }
    [[nodiscard]] Query query(const char* sql, const QVariantList& values)
    {
        return Query(run(sql, values));
    }
    /// The same for statements without rows; returns how many rows it changed.
    template <typename... Values>
    int execute(const char* sql, const Values&... values)
    {
        QSqlQuery& statement = run(sql, {toVariant(values)...});
        const int changed = statement.numRowsAffected();
        m_lastInsertId = statement.lastInsertId().toLongLong();
        statement.finish();
        return changed;
    }
    /// Runs one statement that is not worth keeping prepared (schema, pragmas).
    void executeOnce(const QString& sql);
    /// First column of the first row; 0 without rows.
    [[nodiscard]] qint64 integerOf(const QString& sql);

    [[nodiscard]] qint64 lastInsertId() const { return m_lastInsertId; }
    /// Whether commits wait for the disk (labels) or only survive a killed process (all else).
    void setDurable(bool durable);

private:
    QSqlQuery& run(const char* sql, const QVariantList& values);
    [[noreturn]] void fail(const QSqlError& error) const;

    static QVariant toVariant(qint64 value) { return value; }
    static QVariant toVariant(int value) { return value; }
    static QVariant toVariant(double value) { return value; }
    // Qt binds a null string as NULL; ours are never NULL.
    static QVariant toVariant(const QString& value)
    {
        return value.isNull() ? QVariant(QStringLiteral("")) : QVariant(value);
    }
    static QVariant toVariant(const std::string& value)
    {
        return toVariant(QString::fromStdString(value));
    }

    QString m_path;
    QString m_name;
    QSqlDatabase m_database;
    std::unordered_map<std::string_view, std::unique_ptr<QSqlQuery>> m_statements;
    qint64 m_lastInsertId = 0;
    bool m_durable = true;
};

/// A write transaction: takes the write lock at once, so that two processes queue up instead of failing
/// half-way; rolls back unless committed.
class Transaction
{
public:
    enum class Safety {
        SurvivesKill,      ///< of the process; the last seconds may go with a power cut
        SurvivesPowerLoss, ///< on the disk before commit() returns
    };
    Transaction(Connection& connection, Safety safety);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void commit();

private:
    Connection& m_connection;
    bool m_open = true;
};

} // namespace ir::catalog
