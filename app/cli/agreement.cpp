#include "agreementreport.h"
#include "commands.h"

#include "base/csv.h"

#include <memory>

namespace ir::cli {

namespace {

struct Options
{
    std::string labels;
    BootstrapOptions bootstrap;
    bool json = false;
};

int agreement(const Options& options)
{
    const auto table = CsvTable::read(options.labels);
    if (!table)
        return fail(Failed, table.error().message);
    auto labels = labelSetOf(*table);
    if (!labels)
        return fail(Failed, options.labels + ": " + labels.error().message);
    AgreementReport report{options.labels, std::move(*labels), options.bootstrap, {}, {}};
    report.agreement = agreementOf(report.labels, options.bootstrap);
    if (report.agreement.pairs.empty() && report.agreement.repeats.empty())
        return fail(Failed,
                    options.labels + " has labels of one reader (" + report.labels.readers[0] +
                        ") and no image labelled twice: agreement needs two readers, or a reader "
                        "who labelled images in two rounds.");
    if (options.json)
        printJson(report);
    else
        printText(report);
    return AllDone;
}

} // namespace

void addAgreementCommand(CLI::App& app, Invocation& invocation)
{
    const auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(
        "agreement",
        "How readers agree: for every two and each class raw agreement, Cohen's kappa with "
        "interval and the confusion between them; Fleiss' kappa, Krippendorff's alpha, and "
        "each reader's constancy over rounds");
    command
        ->add_option(
            "--labels", options->labels,
            "CSV with columns image, reader, round (from 1), label; an empty label: not labelled")
        ->required();
    addAgreementOptions(*command, options->bootstrap);
    command->add_flag("--json", options->json, "One JSON object");
    command->footer("Example: imaging-router-cli agreement --labels rounds.csv --json");
    command->callback(
        [&invocation, options] { invocation.run = [options] { return agreement(*options); }; });
}

} // namespace ir::cli
