#pragma once

#include "catalog/databaseerror_p.h"
#include "catalog/place_p.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QVariant>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace ir::catalog {

class Connection;

/// A running statement; the rows are read forward once, and no other statement may run on the
/// connection meanwhile (PostgreSQL's rows would be lost). Ends its read transaction when
/// destroyed.
class Query
{
public:
    Query(Connection& connection, QSqlQuery& query) : m_connection(connection), m_query(query) {}
    ~Query() { m_query.finish(); }
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    /// Throws if the rest of the rows cannot be had.
    [[nodiscard]] bool next();
    [[nodiscard]] qint64 integer(int column) const { return m_query.value(column).toLongLong(); }
    [[nodiscard]] double real(int column) const { return m_query.value(column).toDouble(); }
    [[nodiscard]] QString text(int column) const { return m_query.value(column).toString(); }
    [[nodiscard]] bool isNull(int column) const { return m_query.isNull(column); }

private:
    Connection& m_connection;
    QSqlQuery& m_query;
};

/// One connection to the database, with its prepared statements. Belongs to the thread that made
/// it. Statements are written for both dialects: a `?` whose type PostgreSQL could not tell from
/// its place is CAST, new rows say their id with RETURNING, and order of texts is that of their
/// bytes.
class Connection
{
public:
    /// Opens (SQLite: creates) the database; checks nothing of its content yet.
    explicit Connection(const Place& place);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] const Place& place() const { return m_place; }
    [[nodiscard]] const QString& name() const { return m_place.name; }
    [[nodiscard]] Dialect dialect() const { return m_place.dialect; }
    [[nodiscard]] bool isPostgreSql() const { return dialect() == Dialect::PostgreSql; }
    [[nodiscard]] bool isInMemory() const { return m_place.isInMemory(); }
    /// The server went away, or the network to it: nothing but a new connection helps.
    [[nodiscard]] bool isLost() const { return m_isLost; }

    /// Runs a statement with values for its `?`; `sql` must live as long as the program (it is the
    /// key of the cache).
    template <typename... Values>
    [[nodiscard]] Query query(const char* sql, const Values&... values)
    {
        return Query(*this, run(sql, {toVariant(values)...}));
    }
    [[nodiscard]] Query query(const char* sql, const QVariantList& values)
    {
        return Query(*this, run(sql, values));
    }
    /// The same for statements without rows; returns how many rows it changed.
    template <typename... Values> int execute(const char* sql, const Values&... values)
    {
        QSqlQuery& statement = run(sql, {toVariant(values)...});
        const int changed = statement.numRowsAffected();
        statement.finish();
        return changed;
    }
    /// The same for "INSERT … RETURNING id"; returns that id.
    template <typename... Values> qint64 insert(const char* sql, const Values&... values)
    {
        Query row = query(sql, values...);
        return row.next() ? row.integer(0) : 0;
    }
    /// Runs one statement that is not worth keeping prepared (schema, settings, transactions).
    void executeOnce(const QString& sql);
    /// The same for statements whose text is made at run time (copies of tables): rows, a statement to run many
    /// times, one such run.
    [[nodiscard]] QSqlQuery once(const QString& sql);
    [[nodiscard]] QSqlQuery prepared(const QString& sql);
    void execute(QSqlQuery& statement, const QVariantList& values);
    /// First column of the first row; 0 without rows.
    [[nodiscard]] qint64 integerOf(const QString& sql);

    /// For what the driver hears of the server.
    [[nodiscard]] QSqlDriver* driver() const { return m_database.driver(); }

    /// SQLite: whether commits wait for the disk (labels) or only survive a killed process (all
    /// else).
    void setDurable(bool durable);

    [[noreturn]] void fail(const QSqlError& error);

private:
    void openSqlite();
    void openPostgreSql();
    QSqlQuery& run(const char* sql, const QVariantList& values);

    static QVariant toVariant(qint64 value) { return value; }
    static QVariant toVariant(int value) { return value; }
    static QVariant toVariant(double value) { return value; }
    static QVariant toVariant(const QString& value);
    static QVariant toVariant(const std::string& value)
    {
        return toVariant(QString::fromStdString(value));
    }

    Place m_place;
    QString m_connectionName;
    QSqlDatabase m_database;
    std::unordered_map<std::string_view, std::unique_ptr<QSqlQuery>> m_statements;
    bool m_durable = true;
    bool m_isLost = false;
};

/// A write transaction; rolls back unless committed. SQLite has one at a time: it takes the write
/// lock at once, so that two processes queue up instead of failing half-way. PostgreSQL has many;
/// those that must queue up too, such as steps of labels, say so with waitForTurn().
class Transaction
{
public:
    enum class Safety {
        SurvivesKill,      ///< of the process; the last seconds may go with a power cut
        SurvivesPowerLoss, ///< on the disk before commit() returns
    };
    /// What only one transaction of all desks may do at a time.
    enum class Turn : int {
        Schema,
        Labels,   ///< steps in one order, and the readers they name
        Projects, ///< their names
        Review,   ///< the log of one project
    };

    Transaction(Connection& connection, Safety safety);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    /// Waits until no other transaction has this turn, and has it until the end. `number`: of which
    /// project. By an advisory lock, not by one on the row: to lock a row of a plan, a login would
    /// have to be allowed to change it.
    void waitForTurn(Turn turn, qint64 number = 0);
    void commit();

private:
    Connection& m_connection;
    bool m_open = true;
};

} // namespace ir::catalog
