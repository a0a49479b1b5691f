#include "commands.h"
#include "json.h"

#include "catalog/catalog.h"
#include "catalog/roles.h"
#include "catalog/transfer.h"

#include <QFile>

#include <iostream>
#include <memory>

namespace ir::cli {

namespace {

struct Options
{
    std::string place;
    std::string target;
    bool roles = false;
    bool json = false;
};

QString toPlace(const std::string& text)
{
    return QFile::decodeName(text.c_str());
}

nlohmann::ordered_json toJson(const CatalogContent& content)
{
    nlohmann::ordered_json rows = nlohmann::ordered_json::object();
    for (const auto& table : content.tables)
        rows[table.name.toStdString()] = table.rows;
    return rows;
}

std::string inWords(const CatalogContent& content)
{
    const auto rows = [&](const char* name) {
        for (const auto& table : content.tables)
            if (table.name == QLatin1String(name))
                return std::to_string(table.rows);
        return std::string("0");
    };
    return rows("file") + " files, " + rows("image") + " images, " + rows("prediction") +
           " predictions, " + rows("label_event") + " label events, " + rows("review_project") +
           " annotation projects with " + rows("review_event") + " events";
}

int init(const Options& options)
{
    if (options.roles) {
        if (const auto made = makeCatalogRoles(toPlace(options.place)); !made)
            return fail(Failed, made.error().message);
    }
    const auto catalog = Catalog::open(toPlace(options.place));
    if (!catalog)
        return fail(Failed, catalog.error().message);
    if (options.json)
        std::cout << dump({{"catalog", options.place}}) << '\n';
    else
        std::cout << "The catalog " << options.place << " is ready.\n";
    return AllDone;
}

/// `copy` and `backup`.
int transfer(const Options& options, const Result<CatalogContent>& content)
{
    if (!content)
        return fail(Failed, content.error().message);
    if (options.json)
        std::cout << dump({{"from", options.place},
                           {"to", options.target},
                           {"digest", content->digest},
                           {"rows", toJson(*content)}})
                  << '\n';
    else
        std::cout << options.target << " holds all of " << options.place << ": " << inWords(*content)
                  << ".\n";
    return AllDone;
}

int check(const Options& options)
{
    const auto found = checkCatalog(toPlace(options.place));
    if (!found)
        return fail(Failed, found.error().message);
    const bool isSound = found->problems.isEmpty();
    if (options.json) {
        std::vector<std::string> problems;
        for (const QString& problem : found->problems)
            problems.push_back(problem.toStdString());
        std::cout << dump({{"catalog", options.place},
                           {"database", Catalog::isServer(toPlace(options.place)) ? "postgresql" : "sqlite"},
                           {"version", found->version},
                           {"sound", isSound},
                           {"problems", problems},
                           {"digest", found->content.digest},
                           {"rows", toJson(found->content)}})
                  << '\n';
    } else {
        std::cout << options.place << ": " << inWords(found->content) << ".\n";
        for (const QString& problem : found->problems)
            std::cout << "  " << problem.toStdString() << '\n';
        std::cout << (isSound ? "It is sound.\n" : "It is damaged: bring it back from a backup.\n");
    }
    return isSound ? AllDone : Failed;
}

CLI::App* command(CLI::App& catalog, const char* name, const char* does,
                  const std::shared_ptr<Options>& options, const char* placeName)
{
    auto* one = catalog.add_subcommand(name, does);
    one->add_option(placeName, options->place, "A file, or postgresql://host/database")->required();
    one->add_flag("--json", options->json, "One JSON object");
    return one;
}

} // namespace

void addCatalogCommand(CLI::App& app, Invocation& invocation)
{
    auto* catalog = app.add_subcommand(
        "catalog", "Sets up, copies, checks and backs up catalogs, in files and on servers");
    catalog->require_subcommand(1);
    const auto options = std::make_shared<Options>();

    auto* initCommand =
        command(*catalog, "init", "Makes a catalog, or brings an older one up to date", options, "CATALOG");
    initCommand->add_flag("--roles", options->roles,
                          "On a server: make the roles imaging_router_reader, _adjudicator, _worker and _admin, "
                          "and say what each may do; again after an update");
    initCommand->callback([&invocation, options] { invocation.run = [options] { return init(*options); }; });

    auto* copyCommand = command(*catalog, "copy",
                                "Copies a catalog into an empty place, also between a file and a server, "
                                "and compares the two",
                                options, "FROM");
    copyCommand->add_option("TO", options->target, "A new file, or an empty database")->required();
    copyCommand->callback([&invocation, options] {
        invocation.run = [options] {
            return transfer(*options, copyCatalog(toPlace(options->place), toPlace(options->target)));
        };
    });

    auto* checkCommand =
        command(*catalog, "check", "Looks for damage and counts what is there", options, "CATALOG");
    checkCommand->callback([&invocation, options] { invocation.run = [options] { return check(*options); }; });

    auto* backupCommand = command(*catalog, "backup",
                                  "Writes a catalog that may be in use to a new file, and checks it", options,
                                  "CATALOG");
    backupCommand->add_option("--to", options->target, "The file")->required();
    backupCommand->callback([&invocation, options] {
        invocation.run = [options] {
            return transfer(*options, backUpCatalog(toPlace(options->place), toPlace(options->target)));
        };
    });
    catalog->footer("Examples:\n"
                    "  imaging-router-cli catalog init postgresql://db.example.org/xrays --roles\n"
                    "  imaging-router-cli catalog copy catalog.sqlite postgresql://db.example.org/xrays\n"
                    "  imaging-router-cli catalog backup postgresql://db.example.org/xrays --to "
                    "xrays-2026-11-26.sqlite");
}

} // namespace ir::cli
