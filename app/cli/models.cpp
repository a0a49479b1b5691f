#include "commands.h"
#include "json.h"
#include "modelscommands.h"

#include "nn/architectures/registry.h"
#include "nn/modelstore.h"

#include <iostream>
#include <memory>

namespace ir::cli {

namespace {

using Json = nlohmann::ordered_json;

Json jsonOf(const InstalledModel& model)
{
    if (!model.problem.empty())
        return {{"name", model.name},
                {"path", model.path.string()},
                {"status", "unusable"},
                {"reason", model.problem}};
    const ModelInfo& info = model.info;
    return {{"name", model.name},
            {"path", model.path.string()},
            {"status", "ok"},
            {"reason", nullptr},
            {"architecture", info.architecture},
            {"parameters", info.parameterCount},
            {"input_size", info.input.size},
            {"fit", info.input.fit == Fit::Squash ? "squash" : "letterbox"},
            {"classes", info.classes},
            {"temperature", info.temperature},
            {"review_threshold", info.reviewThreshold},
            {"training_data_digest", info.trainingDataDigest},
            {"digest", info.digest}};
}

void print(const InstalledModel& model)
{
    std::cout << model.name << "  (" << model.path.string() << ")\n";
    if (!model.problem.empty()) {
        std::cout << "  cannot be used: " << model.problem << '\n';
        return;
    }
    const Architecture* architecture = findArchitecture(model.info.architecture);
    std::cout << "  " << (architecture ? architecture->title : model.info.architecture) << ", "
              << model.info.parameterCount << " parameters, input " << model.info.input.size << " × "
              << model.info.input.size << "\n  classes:";
    for (const std::string& name : model.info.classes)
        std::cout << ' ' << name;
    std::cout << "\n  needs review under a confidence of " << model.info.reviewThreshold
              << "\n  SHA-256 " << model.info.digest << '\n';
}

int models(bool json)
{
    const auto installed = installedModels();
    int code = AllDone;
    Json list = Json::array();
    for (const InstalledModel& model : installed) {
        if (!model.problem.empty())
            code = SomeUnreadable;
        if (json)
            list.push_back(jsonOf(model));
        else
            print(model);
    }
    if (json) {
        std::cout << dump({{"models", list}}) << '\n';
    } else if (installed.empty()) {
        std::cout << "No model is installed. Searched:\n";
        for (const auto& folder : modelFolders())
            std::cout << "  " << folder.string() << '\n';
    }
    return code;
}

} // namespace

void addModelsCommand(CLI::App& app, Invocation& invocation)
{
    const auto json = std::make_shared<bool>(false);
    auto* command = app.add_subcommand("models", "Lists the shipped and installed models; works with them");
    command->add_flag("--json", *json, "One JSON object");
    command->footer("Examples:\n"
                    "  imaging-router-cli models --json\n"
                    "  imaging-router-cli models architectures\n"
                    "  imaging-router-cli models adopt mine.safetensors\n"
                    "  imaging-router-cli models restore previous");
    addArchitecturesCommand(*command, invocation);
    addModelsImportCommand(*command, invocation);
    addModelsExportCommand(*command, invocation);
    addModelVersionCommands(*command, invocation);
    command->callback([&invocation, json, command] {
        if (command->get_subcommands().empty()) // else that one has set what runs
            invocation.run = [json] { return models(*json); };
    });
}

} // namespace ir::cli
