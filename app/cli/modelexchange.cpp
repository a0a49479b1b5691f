#include "json.h"
#include "modelscommands.h"

#include "nn/architectures/registry.h"
#include "nn/modelexchange.h"
#include "nn/modelstore.h"

#include <iostream>
#include <memory>

namespace ir::cli {

namespace {

int failWith(const Error& error)
{
    if (!error.detail.empty())
        std::cerr << error.detail << '\n';
    return fail(Failed, error.message);
}

int runImport(const std::string& from, const std::string& to, const ImportOptions& options)
{
    const auto report = importModel(from, to, options);
    if (!report)
        return failWith(report.error());
    std::cout << dump({{"model", report->model.path.string()},
                       {"architecture", report->model.architecture},
                       {"parameters", report->model.parameterCount},
                       {"input_size", report->model.input.size},
                       {"classes", report->model.classes},
                       {"new_classifier", report->newClassifier},
                       {"digest", report->model.digest}})
              << '\n';
    if (report->newClassifier)
        std::cerr << "The classifier is new: train from this file (train --init) before tagging with it.\n";
    return AllDone;
}

int runExport(const std::string& model, const std::string& to, TensorNames names)
{
    const auto from = findModel(model);
    if (!from)
        return failWith(from.error());
    if (auto written = exportModel(*from, to, names); !written)
        return failWith(written.error());
    return AllDone;
}

} // namespace

void addModelsImportCommand(CLI::App& models, Invocation& invocation)
{
    struct Choices
    {
        std::string from;
        std::string to;
        ImportOptions options;
    };
    const auto choices = std::make_shared<Choices>();
    auto* command = models.add_subcommand(
        "import", "Makes a weights file of torchvision's weights (a state dict as .safetensors) or of our own");
    command->add_option("FILE", choices->from)->required();
    command->add_option("--out", choices->to, "Weights file to write (.safetensors)")->required();
    command->add_option("--arch", choices->options.architecture,
                        "See 'models architectures'; needed unless the file is this program's");
    command->add_option("--classes", choices->options.classes,
                        "Class names in order; the classifier is replaced where it does not fit them")
        ->delimiter(',');
    command->add_option("--size", choices->options.inputSize, "Side of the net's input, pixels");
    command->add_option("--seed", choices->options.seed, "Of a new classifier")->capture_default_str();
    command->footer("Example:\n"
                    "  imaging-router-cli models import resnet18.safetensors --arch resnet18 --out start.safetensors\n"
                    "A .pth file becomes one in Python: safetensors.torch.save_file(model.state_dict(), …).");
    command->callback([&invocation, choices] {
        invocation.run = [choices] { return runImport(choices->from, choices->to, choices->options); };
    });
}

void addModelsExportCommand(CLI::App& models, Invocation& invocation)
{
    struct Choices
    {
        std::string model = kDefaultModel;
        std::string to;
        bool torchvision = false;
    };
    const auto choices = std::make_shared<Choices>();
    auto* command = models.add_subcommand("export", "Copies a model's weights to a file");
    command->add_option("MODEL", choices->model, "Name of an installed model, or a weights file")
        ->capture_default_str();
    command->add_option("--out", choices->to, "File to write (.safetensors)")->required();
    command->add_flag("--torchvision-names", choices->torchvision,
                      "As a state dict that torchvision's net of that name loads");
    command->footer("Example: imaging-router-cli models export resnet18 --torchvision-names --out r18.safetensors");
    command->callback([&invocation, choices] {
        invocation.run = [choices] {
            return runExport(choices->model, choices->to,
                             choices->torchvision ? TensorNames::Torchvision : TensorNames::Own);
        };
    });
}

} // namespace ir::cli
