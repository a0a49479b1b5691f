#pragma once

#include <CLI/CLI.hpp>

#include <atomic>
#include <functional>
#include <stop_token>

namespace ir::cli {

/// The contract with scripts: documented in docs/CLI.md, never renumbered.
enum ExitCode : int {
    AllDone = 0,
    SomeUnreadable = 1,
    WrongUse = 2,
    Failed = 3,
};

/// What a subcommand leaves behind when it is chosen: the work, run after parsing; it returns an ExitCode.
struct Invocation
{
    std::function<int()> run;
    /// Set by Ctrl-C: the work stops at the next file and reports what it did. A second one kills.
    std::stop_token stop;
};

// One file each. They declare their options on a subcommand of `app` and set `invocation.run` in its
// callback.
void addScanCommand(CLI::App& app, Invocation& invocation);
void addRenderCommand(CLI::App& app, Invocation& invocation);
void addClassifyCommand(CLI::App& app, Invocation& invocation);
void addExportCommand(CLI::App& app, Invocation& invocation);
void addTrainCommand(CLI::App& app, Invocation& invocation);
void addFineTuneCommand(CLI::App& app, Invocation& invocation);
void addEvaluateCommand(CLI::App& app, Invocation& invocation);
void addCompareCommand(CLI::App& app, Invocation& invocation);
void addDatasetCommand(CLI::App& app, Invocation& invocation);
void addAgreementCommand(CLI::App& app, Invocation& invocation);
void addCatalogCommand(CLI::App& app, Invocation& invocation);
void addDeidentifyCommand(CLI::App& app, Invocation& invocation);
void addModelsCommand(CLI::App& app, Invocation& invocation);
/// Of `models`: versions, adopt, restore, compare, changes.
void addModelVersionCommands(CLI::App& models, Invocation& invocation);
void addDoctorCommand(CLI::App& app, Invocation& invocation);
void addSampleCommand(CLI::App& app, Invocation& invocation);

/// Prints "imaging-router-cli: <message>" on standard error and returns `code`.
int fail(ExitCode code, const std::string& message);

/// A line on standard error that is overwritten by the next one; silent unless that is a terminal.
void showProgress(const std::string& line);
/// Ends the progress line, if there is one, so that what follows starts at a line of its own.
void endProgress();

} // namespace ir::cli
