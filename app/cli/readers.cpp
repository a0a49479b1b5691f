#include "commands.h"
#include "json.h"
#include "opencatalog.h"
#include "projectcommands.h"

#include <iostream>
#include <memory>

namespace ir::cli {

namespace {

struct Options
{
    std::string catalog;
    std::string reader;
    bool json = false;
};

int list(const Options& options)
{
    const auto catalog = existingCatalog(options.catalog);
    if (!catalog)
        return fail(Failed, catalog.error().message);
    const auto readers = (*catalog)->readers();
    if (!readers)
        return fail(Failed, readers.error().message);
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const ReaderAccount& reader : *readers)
        if (options.json)
            rows.push_back({{"reader", reader.name.toStdString()}, {"has_pin", reader.hasPin}});
        else
            std::cout << reader.name.toStdString() << (reader.hasPin ? " (PIN)\n" : "\n");
    if (options.json)
        std::cout << dump({{"readers", rows}}) << '\n';
    return AllDone;
}

/// What one reader is to have done to them.
using Change = Result<void> (Catalog::*)(const QString& reader);

int change(const Options& options, Change what)
{
    const auto catalog = existingCatalog(options.catalog);
    if (!catalog)
        return fail(Failed, catalog.error().message);
    const auto done = ((**catalog).*what)(QString::fromStdString(options.reader));
    return done ? AllDone : fail(Failed, done.error().message);
}

void addChange(CLI::App& parent, Invocation& invocation, const char* name, const char* help,
               Change what)
{
    const auto options = std::make_shared<Options>();
    auto* command = parent.add_subcommand(name, help);
    addCatalogOption(*command, options->catalog);
    command->add_option("NAME", options->reader, "The reader")->required();
    command->callback([&invocation, options, what] {
        invocation.run = [options, what] { return change(*options, what); };
    });
}

} // namespace

void addReadersCommand(CLI::App& app, Invocation& invocation)
{
    auto* command = app.add_subcommand("readers", "Who labels in a catalog");
    command->require_subcommand(1);
    const auto options = std::make_shared<Options>();
    auto* lists = command->add_subcommand("list", "Their names, and who has a PIN");
    addCatalogOption(*lists, options->catalog);
    lists->add_flag("--json", options->json, "One JSON object");
    lists->callback(
        [&invocation, options] { invocation.run = [options] { return list(*options); }; });
    addChange(*command, invocation, "add", "Makes a reader known", &Catalog::addReader);
    addChange(*command, invocation, "forget-pin",
              "Takes a forgotten PIN away: its reader signs in without one", &Catalog::forgetPin);
    command->footer("Example: imaging-router-cli readers forget-pin Ann --catalog catalog.sqlite");
}

} // namespace ir::cli
