#include "json.h"
#include "modelscommands.h"

#include "base/prediction.h"
#include "nn/architectures/registry.h"

#include <cstdio>
#include <iostream>
#include <memory>

namespace ir::cli {

namespace {

int listArchitectures(bool json)
{
    const int classes = static_cast<int>(defaultClasses().size());
    auto list = nlohmann::ordered_json::array();
    for (const Architecture& architecture : architectures()) {
        const auto parameters = parameterCount(architecture.name, classes);
        if (json) {
            list.push_back({{"name", architecture.name},
                            {"parameters", parameters},
                            {"input_size", architecture.defaultInput},
                            {"paper", architecture.paper}});
            continue;
        }
        char line[100];
        std::snprintf(line, sizeof line, "%-16s %10lld parameters  input %d × %d  ",
                      architecture.name.c_str(), static_cast<long long>(parameters),
                      architecture.defaultInput, architecture.defaultInput);
        std::cout << line << architecture.paper << '\n';
    }
    if (json)
        std::cout << dump(list) << '\n';
    return AllDone;
}

} // namespace

void addArchitecturesCommand(CLI::App& models, Invocation& invocation)
{
    const auto json = std::make_shared<bool>(false);
    auto* command = models.add_subcommand(
        "architectures", "Lists the nets that can be trained, with their parameters for the five classes");
    command->add_flag("--json", *json, "One JSON array");
    command->footer("Example: imaging-router-cli models architectures --json");
    command->callback(
        [&invocation, json] { invocation.run = [json] { return listArchitectures(*json); }; });
}

} // namespace ir::cli
