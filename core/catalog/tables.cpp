#include "catalog/tables_p.h"

#include "base/digest.h"
#include "catalog/connection_p.h"

#include <QSqlError>
#include <QSqlField>
#include <QSqlRecord>

#include <bit>

namespace ir::catalog {

namespace {

constexpr qsizetype rowsAtOnce = 64; // few journeys to a server, and well below SQLite's 32,766 values

enum class Kind { Integer, Real, Text };

/// The columns of a table in the order of their names, which does not depend on migrations or the database.
struct Columns
{
    Columns(Connection& connection, const Table& table)
    {
        const QSqlQuery none = connection.once(
            QStringLiteral("SELECT * FROM %1 WHERE 1 = 0").arg(QLatin1String(table.name)));
        const QSqlRecord record = none.record();
        for (int i = 0; i < record.count(); ++i)
            names.append(record.fieldName(i));
        names.sort();
        for (const QString& name : names) {
            const int type = record.field(name).metaType().id();
            kinds.append(type == QMetaType::Int || type == QMetaType::LongLong ? Kind::Integer
                         : type == QMetaType::Double                          ? Kind::Real
                                                                              : Kind::Text);
        }
    }
    QStringList names;
    QVector<Kind> kinds;
};

QSqlQuery rowsOf(Connection& connection, const Table& table, const Columns& columns)
{
    return connection.once(QStringLiteral("SELECT %1 FROM %2 ORDER BY %3")
                               .arg(columns.names.join(QLatin1String(", ")), QLatin1String(table.name),
                                    QLatin1String(table.order)));
}

bool next(Connection& connection, QSqlQuery& rows)
{
    if (rows.next())
        return true;
    if (rows.lastError().isValid())
        connection.fail(rows.lastError());
    return false;
}

/// A value in a form of which no two values share one.
QByteArray encoded(const QVariant& value, Kind kind)
{
    if (value.isNull())
        return QByteArrayLiteral("N;");
    switch (kind) {
    case Kind::Integer:
        return 'I' + QByteArray::number(value.toLongLong()) + ';';
    case Kind::Real:
        return 'R' + QByteArray::number(std::bit_cast<quint64>(value.toDouble()), 16) + ';';
    case Kind::Text:
        break;
    }
    const QByteArray text = value.toString().toUtf8();
    return 'T' + QByteArray::number(text.size()) + ':' + text + ';';
}

/// "INSERT INTO t (a, b) VALUES (?,?),(?,?)…"
QString insertion(const Table& table, const Columns& columns, qsizetype rows)
{
    QStringList marks(columns.names.size(), QStringLiteral("?"));
    const QStringList row(rows, QString(u'(' + marks.join(u',') + u')'));
    return QStringLiteral("INSERT INTO %1 (%2) VALUES %3")
        .arg(QLatin1String(table.name), columns.names.join(QLatin1String(", ")), row.join(u','));
}

void copyTable(Connection& from, Connection& to, const Table& table)
{
    const Columns columns(from, table);
    QSqlQuery rows = rowsOf(from, table, columns);
    QSqlQuery many = to.prepared(insertion(table, columns, rowsAtOnce));
    QVariantList values;
    const qsizetype enough = rowsAtOnce * columns.names.size();
    while (next(from, rows)) {
        for (int i = 0; i < columns.names.size(); ++i)
            values.append(rows.isNull(i) ? QVariant() : rows.value(i));
        if (values.size() == enough) {
            to.execute(many, values);
            values.clear();
        }
    }
    if (!values.isEmpty()) {
        QSqlQuery rest =
            to.prepared(insertion(table, columns, values.size() / columns.names.size()));
        to.execute(rest, values);
    }
}

/// PostgreSQL counts ids apart from the rows: the next one must be new.
void continueIds(Connection& connection, const Table& table)
{
    connection.executeOnce(
        QStringLiteral("SELECT setval(pg_get_serial_sequence('imaging_router.%1', 'id'), max(id)) FROM %1 "
                       "HAVING max(id) IS NOT NULL")
            .arg(QLatin1String(table.name)));
}

} // namespace

Snapshot::Snapshot(Connection& connection) : m_connection(connection)
{
    connection.executeOnce(connection.isPostgreSql()
                               ? QStringLiteral("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                               : QStringLiteral("BEGIN"));
}

Snapshot::~Snapshot()
{
    try {
        m_connection.executeOnce(QStringLiteral("ROLLBACK"));
    } catch (const DatabaseError&) {
        // The connection is lost, and the snapshot with it.
    }
}

CatalogContent contentOf(Connection& connection)
{
    CatalogContent content;
    Sha256 digest;
    for (const Table& table : exportedTables) {
        const Columns columns(connection, table);
        digest.add(QString(QLatin1String(table.name) + u'(' + columns.names.join(u',') + u")\n").toStdString());
        QSqlQuery rows = rowsOf(connection, table, columns);
        qint64 count = 0;
        for (; next(connection, rows); ++count) {
            QByteArray row;
            for (int i = 0; i < columns.names.size(); ++i)
                row += encoded(rows.value(i), columns.kinds[i]);
            digest.add(std::string_view(row.constData(), static_cast<std::size_t>(row.size())));
            digest.add("\n");
        }
        content.tables.append({QLatin1String(table.name), count});
    }
    content.digest = digest.finish();
    return content;
}

void copyTables(Connection& from, Connection& to)
{
    for (const Table& table : exportedTables) {
        if (table.isDerived)
            continue;
        copyTable(from, to, table);
        if (to.isPostgreSql() && std::string_view(table.order) == "id")
            continueIds(to, table);
    }
}

} // namespace ir::catalog
