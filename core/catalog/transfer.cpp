#include "catalog/transfer.h"

#include "catalog/catalog.h"
#include "catalog/catalogfile_p.h"
#include "catalog/connection_p.h"
#include "catalog/integrity_p.h"
#include "catalog/schema_p.h"
#include "catalog/tables_p.h"
#include "catalog/worker_p.h"

#include <QFile>
#include <QFileInfo>

namespace ir {

namespace {

using catalog::Connection;
using catalog::DatabaseError;
using catalog::Place;
using catalog::Snapshot;
using catalog::Transaction;
using catalog::Worker;

/// A place where there must be a catalog already.
Result<Place> existing(const QString& text)
{
    if (!Catalog::mayExist(text))
        return failure("There is no catalog at " + text.toStdString() + ".");
    return catalog::placeOf(text);
}

[[noreturn]] void refuse(std::string message)
{
    throw DatabaseError{{std::move(message), {}}};
}

void requireEmpty(Connection& connection)
{
    for (const catalog::Table& table : catalog::exportedTables)
        if (connection.integerOf(
                QStringLiteral("SELECT count(*) FROM (SELECT 1 FROM %1 LIMIT 1) AS one").arg(QLatin1String(table.name))) != 0)
            refuse("The catalog " + connection.name().toStdString() +
                   " holds something already: a copy needs an empty one, or none yet.");
}

CatalogContent copyInto(Connection& from, const Place& target)
{
    Connection to(target);
    catalog::bringUpToDate(to);
    const Snapshot snapshot(from);
    Transaction transaction(to, Transaction::Safety::SurvivesPowerLoss);
    requireEmpty(to);
    catalog::copyTables(from, to);
    const CatalogContent wanted = catalog::contentOf(from);
    const CatalogContent got = catalog::contentOf(to);
    if (wanted.digest != got.digest)
        refuse("The copy in " + to.name().toStdString() +
               " did not come out as the original and was undone: look at the original with \"imaging-router-cli "
               "catalog check\".");
    transaction.commit();
    return got;
}

/// The file's name while it is written.
QString unfinished(const QString& file)
{
    return file + QStringLiteral(".part");
}

} // namespace

Result<CatalogContent> copyCatalog(const QString& from, const QString& to)
{
    const auto source = existing(from);
    if (!source)
        return tl::unexpected(source.error());
    const auto target = catalog::preparedPlace(to);
    if (!target)
        return tl::unexpected(target.error());
    Worker worker(*source, 1);
    return worker.call([&](Connection& connection) {
        catalog::bringUpToDate(connection);
        return copyInto(connection, *target);
    });
}

Result<CatalogContent> backUpCatalog(const QString& from, const QString& file)
{
    const auto source = existing(from);
    if (!source)
        return tl::unexpected(source.error());
    if (QFileInfo::exists(file))
        return failure("There is a file " + file.toStdString() +
                       " already: name a new one, since a backup replaces none.");
    const QString part = unfinished(file);
    QFile::remove(part);
    QFile made(part); // empty, and its owner's alone before anything is in it
    if (!made.open(QIODevice::WriteOnly | QIODevice::NewOnly) ||
        !made.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner))
        return failure("The backup " + file.toStdString() +
                           " cannot be written: name a file in a folder in which you may write.",
                       made.errorString().toStdString());
    made.close();
    Place target;
    target.name = part;
    auto content = Worker(*source, 1).call([&](Connection& connection) {
        catalog::bringUpToDate(connection);
        if (connection.isPostgreSql())
            return copyInto(connection, target);
        connection.execute("VACUUM INTO ?", part);
        Connection copy(target);
        const Snapshot snapshot(copy);
        return catalog::contentOf(copy);
    });
    if (content) {
        const auto check = checkCatalog(part);
        if (!check)
            content = tl::unexpected(check.error());
        else if (!check->problems.isEmpty())
            content = failure("The catalog " + from.toStdString() + " is damaged, so it was not backed up: " +
                              check->problems.join(u' ').toStdString());
    }
    if (content && !QFile::rename(part, file))
        content = failure("The backup " + file.toStdString() +
                          " cannot be written: name a file in a folder in which you may write.");
    if (!content)
        QFile::remove(part);
    return content;
}

Result<CatalogCheck> checkCatalog(const QString& place)
{
    const auto source = existing(place);
    if (!source)
        return tl::unexpected(source.error());
    return Worker(*source, 1).call([](Connection& connection) {
        catalog::bringUpToDate(connection);
        const Snapshot snapshot(connection);
        CatalogCheck check;
        check.version = catalog::schemaVersion();
        check.problems = catalog::problemsOf(connection);
        check.content = catalog::contentOf(connection);
        return check;
    });
}

} // namespace ir
