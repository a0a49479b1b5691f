#include "catalog/readertable_p.h"

#include "catalog/connection_p.h"

#include <algorithm>

namespace ir::catalog {

namespace {

constexpr int longestName = 100;

[[noreturn]] void refuse(const QString& message)
{
    throw DatabaseError{{message.toStdString(), {}}};
}

/// Refuses an unknown reader.
qint64 rowOf(Connection& connection, const QString& reader)
{
    Query row = connection.query("SELECT id FROM reader WHERE name = ?", reader);
    if (!row.next())
        refuse(reader %
               QStringLiteral(
                   " is no reader of this catalog: choose a name of its list, or add this one."));
    return row.integer(0);
}

QString storedHash(Connection& connection, qint64 reader)
{
    Query row = connection.query("SELECT hash FROM reader_pin WHERE reader_id = ?", reader);
    return row.next() ? row.text(0) : QString();
}

} // namespace

QVector<ReaderAccount> readers(Connection& connection)
{
    QVector<ReaderAccount> accounts;
    Query row = connection.query("SELECT reader.name, count(reader_pin.reader_id) FROM reader "
                                 "LEFT JOIN reader_pin ON reader_pin.reader_id = reader.id "
                                 "GROUP BY reader.id, reader.name");
    while (row.next())
        accounts.append({row.text(0), row.integer(1) > 0});
    std::ranges::sort(accounts, [](const ReaderAccount& a, const ReaderAccount& b) {
        return a.name.localeAwareCompare(b.name) < 0;
    });
    return accounts;
}

void addReader(Connection& connection, const QString& name)
{
    const bool isPrintable =
        std::ranges::all_of(name, [](QChar c) { return c.isPrint() || c.isSurrogate(); });
    if (name.isEmpty() || name != name.simplified() || !isPrintable)
        refuse(QStringLiteral("A reader needs a name without blanks around it."));
    if (name.size() > longestName)
        refuse(QStringLiteral("A reader's name has at most %1 characters.").arg(longestName));
    Transaction transaction(connection, Transaction::Safety::SurvivesPowerLoss);
    transaction.waitForTurn(Transaction::Turn::Labels);
    const QVector<ReaderAccount> known = readers(connection);
    for (const ReaderAccount& account : known) {
        if (account.name == name)
            return;
        if (account.name.compare(name, Qt::CaseInsensitive) == 0)
            refuse(QStringLiteral("There is a reader named ") % account.name %
                   QStringLiteral(" already: sign in as that one, or add something to the name."));
    }
    connection.execute("INSERT INTO reader (name) VALUES (?)", name);
    transaction.commit();
}

QString pinHash(Connection& connection, const QString& reader)
{
    return storedHash(connection, rowOf(connection, reader));
}

void replacePinHash(Connection& connection, const QString& reader, const QString& before,
                    const QString& after)
{
    Transaction transaction(connection, Transaction::Safety::SurvivesPowerLoss);
    transaction.waitForTurn(Transaction::Turn::Labels);
    const qint64 id = rowOf(connection, reader);
    if (storedHash(connection, id) != before)
        refuse(
            QStringLiteral("The PIN of ") % reader %
            QStringLiteral(" was changed by another program just now: try again with that one."));
    connection.execute("DELETE FROM reader_pin WHERE reader_id = ?", id);
    if (!after.isEmpty())
        connection.execute("INSERT INTO reader_pin (reader_id, hash) VALUES (?, ?)", id, after);
    transaction.commit();
}

} // namespace ir::catalog
