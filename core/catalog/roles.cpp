#include "catalog/roles.h"

#include "catalog/connection_p.h"
#include "catalog/schema_p.h"
#include "catalog/worker_p.h"

#include <array>

namespace ir {

namespace {

using catalog::Connection;
using catalog::DatabaseError;
using catalog::Transaction;

// Roles belong to the whole server and may be there from another catalog.
constexpr const char* makeRoles = R"(DO $$ DECLARE kind TEXT; BEGIN
    FOREACH kind IN ARRAY ARRAY['reader', 'adjudicator', 'worker', 'admin'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'imaging_router_' || kind) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', 'imaging_router_' || kind);
        END IF;
    END LOOP;
END $$)";

constexpr std::array grants{
    "GRANT imaging_router_reader TO imaging_router_adjudicator",
    "GRANT USAGE ON SCHEMA imaging_router TO imaging_router_reader, imaging_router_worker, imaging_router_admin",
    "REVOKE ALL ON ALL TABLES IN SCHEMA imaging_router FROM imaging_router_reader, imaging_router_adjudicator, "
    "imaging_router_worker, imaging_router_admin",
    "GRANT SELECT ON ALL TABLES IN SCHEMA imaging_router TO imaging_router_reader, imaging_router_admin",
    // A worker has nothing to do with people.
    "GRANT SELECT ON catalog_version, model, image, file, prediction, lease, label_state TO imaging_router_worker",
    "GRANT INSERT, UPDATE ON model, image, file, prediction TO imaging_router_worker, imaging_router_admin",
    "GRANT INSERT, UPDATE, DELETE ON lease TO imaging_router_worker, imaging_router_admin",
    "GRANT DELETE ON file TO imaging_router_admin",
    "GRANT INSERT ON reader, step, label_event, review_event TO imaging_router_reader, imaging_router_admin",
    "GRANT INSERT, UPDATE, DELETE ON step_state TO imaging_router_reader, imaging_router_admin",
    "GRANT INSERT, DELETE ON reader_pin TO imaging_router_reader, imaging_router_admin",
    "GRANT INSERT ON review_project TO imaging_router_admin",
};

/// A row that a reader may write: under the name of the login, whatever role was switched to.
struct RowRule
{
    const char* table;
    const char* own;    ///< condition
    const char* toRead; ///< condition
};

constexpr std::array rowRules{
    RowRule{"reader", "name = session_user", "true"},
    RowRule{"reader_pin", "EXISTS (SELECT FROM reader r WHERE r.id = reader_id AND r.name = session_user)",
            "EXISTS (SELECT FROM reader r WHERE r.id = reader_id AND r.name = session_user)"},
    RowRule{"step", "EXISTS (SELECT FROM reader r WHERE r.id = reader_id AND r.name = session_user)", "true"},
    RowRule{"step_state", "EXISTS (SELECT FROM reader r WHERE r.id = reader_id AND r.name = session_user)", "true"},
    RowRule{"label_event",
            "EXISTS (SELECT FROM step s JOIN reader r ON r.id = s.reader_id WHERE s.id = step_id "
            "AND r.name = session_user)",
            "true"},
    RowRule{"review_event",
            "reader = session_user AND (act <> 'adjudicate' OR pg_has_role(session_user, "
            "'imaging_router_adjudicator', 'member'))",
            "true"},
};

void makePolicies(Connection& connection, const RowRule& rule)
{
    const auto table = QLatin1String(rule.table);
    const auto run = [&](const QString& sql) { connection.executeOnce(sql); };
    run(QStringLiteral("ALTER TABLE %1 ENABLE ROW LEVEL SECURITY").arg(table));
    for (const char* name : {"may_read", "may_write", "admin"})
        run(QStringLiteral("DROP POLICY IF EXISTS %1 ON %2").arg(QLatin1String(name), table));
    run(QStringLiteral("CREATE POLICY may_read ON %1 FOR SELECT TO imaging_router_reader USING (%2)")
            .arg(table, QLatin1String(rule.toRead)));
    run(QStringLiteral("CREATE POLICY may_write ON %1 TO imaging_router_reader USING (%2) WITH CHECK (%2)")
            .arg(table, QLatin1String(rule.own)));
    run(QStringLiteral("CREATE POLICY admin ON %1 TO imaging_router_admin USING (true) WITH CHECK (true)")
            .arg(table));
}

} // namespace

Result<void> makeCatalogRoles(const QString& text)
{
    const auto place = catalog::placeOf(text);
    if (!place)
        return tl::unexpected(place.error());
    if (place->dialect != catalog::Dialect::PostgreSql)
        return failure("The catalog " + text.toStdString() +
                       " is a file, which has no roles: whoever may write it can change it. Roles need a server.");
    return catalog::Worker(*place, 1).call([&](Connection& connection) {
        catalog::bringUpToDate(connection);
        try {
            Transaction transaction(connection, Transaction::Safety::SurvivesPowerLoss);
            transaction.waitForTurn(Transaction::Turn::Schema);
            connection.executeOnce(QString::fromLatin1(makeRoles));
            for (const char* grant : grants)
                connection.executeOnce(QString::fromLatin1(grant));
            for (const RowRule& rule : rowRules)
                makePolicies(connection, rule);
            transaction.commit();
        } catch (DatabaseError& error) {
            if (!error.isConnectionLost && !error.isWorthRetrying)
                error.error.message = "The roles of " + text.toStdString() +
                                      " cannot be made: log in as the database's owner, with the right to create "
                                      "roles (CREATEROLE).";
            throw;
        }
    });
}

} // namespace ir
