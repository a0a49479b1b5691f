#pragma once

#include "support/postgresserver.h"

#include <QTemporaryDir>
#include <QtTest>

namespace ir::test {

/// Where this room's tests keep their catalogs: all of them run on an SQLite file and on a
/// PostgreSQL server.
class CatalogPlaces
{
public:
    /// For initTestCase_data().
    static void addDatabases()
    {
        QTest::addColumn<QString>("database");
        QTest::newRow("SQLite") << QStringLiteral("SQLite");
        QTest::newRow("PostgreSQL") << QStringLiteral("PostgreSQL");
    }

    [[nodiscard]] static bool isPostgreSql()
    {
        QFETCH_GLOBAL(QString, database);
        return database == QLatin1String("PostgreSQL");
    }

    /// For init(): a place without a catalog yet. Empty: `why` says what is missing, to skip
    /// loudly.
    [[nodiscard]] QString fresh(QString& why)
    {
        if (!isPostgreSql()) {
            m_dir = std::make_unique<QTemporaryDir>();
            return m_dir->filePath(QStringLiteral("c.sqlite"));
        }
        PostgresServer* server = PostgresServer::instance(&why);
        return server != nullptr ? server->freshDatabase() : QString();
    }

private:
    std::unique_ptr<QTemporaryDir> m_dir;
};

} // namespace ir::test

/// In init(): a fresh place in `path`, or the test is skipped.
#define IR_FRESH_PLACE(places, path)                                                               \
    QString missing;                                                                               \
    path = places.fresh(missing);                                                                  \
    if (path.isEmpty())                                                                            \
    QSKIP(qPrintable(QString(QStringLiteral("Not tested on PostgreSQL: ") + missing)))
