#include "commands.h"
#include "json.h"

#include "exporting/deidentifycheck.h"
#include "exporting/deidentifyrun.h"
#include "pipeline/filescanner.h"

#include <QFile>

#include <array>
#include <iostream>
#include <memory>
#include <system_error>

namespace ir::cli {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct Options
{
    std::vector<std::string> paths;
    std::string out;
    std::string key;
    std::string retainDates;
    std::string check;
    std::string against;
    bool includeSuspected = false;
    int threads = 0;
    bool json = false;
};

const char* nameOf(DeidentifyStatus status)
{
    switch (status) {
    case DeidentifyStatus::Written:
        return "written";
    case DeidentifyStatus::AlreadyThere:
        return "already_there";
    case DeidentifyStatus::HeldBack:
        return "held_back";
    case DeidentifyStatus::Failed:
        return "failed";
    }
    return "";
}

std::string joined(const std::vector<std::string>& parts)
{
    std::string text;
    for (const std::string& part : parts)
        text += (text.empty() ? "" : "; ") + part;
    return text;
}

void print(const DeidentifyOutcome& outcome, bool json)
{
    const std::string source = outcome.source.string();
    if (json) {
        std::cout << dump({{"path", source},
                           {"status", nameOf(outcome.status)},
                           {"output",
                            outcome.relative.empty() ? Json() : Json(outcome.relative.string())},
                           {"reason", outcome.reason.empty() ? Json() : Json(outcome.reason)},
                           {"suspicions", outcome.suspicions},
                           {"texts_removed_for_an_identifier", outcome.found}})
                  << '\n';
        return;
    }
    switch (outcome.status) {
    case DeidentifyStatus::Failed:
        std::cerr << outcome.reason << '\n';
        break;
    case DeidentifyStatus::HeldBack:
        std::cerr << "Held back: " << source << ": " << joined(outcome.suspicions) << ".\n";
        break;
    default:
        std::cout << source << " -> " << outcome.relative.string() << '\n';
        if (!outcome.suspicions.empty())
            std::cerr << "Look at " << outcome.relative.string() << ": "
                      << joined(outcome.suspicions) << ".\n";
    }
}

/// Whether `inner` is `outer` or lies in it, links resolved as far as the paths exist.
bool isWithin(const fs::path& inner, const fs::path& outer)
{
    std::error_code error;
    const fs::path a = fs::weakly_canonical(fs::absolute(inner), error);
    const fs::path b = fs::weakly_canonical(fs::absolute(outer), error);
    const auto [end, ignored] = std::mismatch(b.begin(), b.end(), a.begin(), a.end());
    return end == b.end();
}

bool isEmptyFolder(const fs::path& path)
{
    std::error_code error;
    return !fs::exists(path, error) || (fs::is_directory(path, error) && fs::is_empty(path, error));
}

Result<PseudonymKey> keyFor(const Options& options)
{
    if (options.key.empty())
        return PseudonymKey::random();
    std::error_code error;
    if (fs::exists(options.key, error))
        return PseudonymKey::read(options.key);
    auto key = PseudonymKey::create(options.key);
    if (key)
        std::cerr << "Made the key " << options.key
                  << ". Whoever has it can link what is written with it to the originals: keep it "
                     "here, and "
                     "never beside the output.\n";
    return key;
}

std::string wrongUse(const Options& options)
{
    if (options.paths.empty() || options.out.empty())
        return "deidentify needs PATH and --out DIR (or --check DIR and --against DIR).";
    for (const std::string& path : options.paths)
        if (isWithin(options.out, path) || isWithin(path, options.out))
            return "The output " + options.out + " and " + path +
                   " must not lie in each other: name a folder elsewhere.";
    if (!options.key.empty() && isWithin(options.key, options.out))
        return "The key " + options.key + " must not lie in the output: it would leave with it.";
    if (options.key.empty() && !isEmptyFolder(options.out))
        return options.out +
               " is not empty, and without --key FILE nothing can be added to it: the same patient "
               "would get another name.";
    return {};
}

int deidentify(const Options& options, const std::stop_token& stop)
{
    if (const std::string why = wrongUse(options); !why.empty())
        return fail(WrongUse, why);
    const auto key = keyFor(options);
    if (!key)
        return fail(Failed, key.error().message);

    std::vector<fs::path> files;
    std::array<std::size_t, 4> counts{};
    std::size_t failedOutright = 0;
    const ScanCallbacks callbacks{.found =
                                      [&](const ScannedFile& file) {
                                          files.emplace_back(
                                              QFile::encodeName(file.path).toStdString());
                                      },
                                  .notice =
                                      [&](const std::string& message) {
                                          ++failedOutright;
                                          fail(SomeUnreadable, message);
                                      },
                                  .unusableRoot =
                                      [&](const fs::path& path, const std::string& reason) {
                                          ++failedOutright;
                                          DeidentifyOutcome outcome;
                                          outcome.source = path;
                                          outcome.reason = reason;
                                          print(outcome, options.json);
                                      }};
    if (!scanFiles({options.paths.begin(), options.paths.end()}, callbacks, stop))
        return fail(Failed, "Stopped before anything was written.");

    const DeidentifyRunOptions run{.destination = options.out,
                                   .profile = {.shiftDates = options.retainDates == "shifted"},
                                   .includeSuspected = options.includeSuspected,
                                   .threads = options.threads};
    std::size_t done = 0;
    const auto started = runDeidentification(
        files, *key, run,
        [&](const DeidentifyOutcome& outcome) {
            ++counts[static_cast<std::size_t>(outcome.status)];
            endProgress();
            print(outcome, options.json);
            showProgress(std::to_string(++done) + " of " + std::to_string(files.size()) + " files");
        },
        stop);
    endProgress();
    if (!started)
        return fail(Failed, started.error().message);
    const auto count = [&](DeidentifyStatus status) {
        return counts[static_cast<std::size_t>(status)];
    };
    const std::size_t failed = count(DeidentifyStatus::Failed) + failedOutright;
    const std::size_t held = count(DeidentifyStatus::HeldBack);
    if (options.json)
        std::cout << dump({{"summary",
                            {{"files", done + failedOutright},
                             {"written", count(DeidentifyStatus::Written)},
                             {"already_there", count(DeidentifyStatus::AlreadyThere)},
                             {"held_back", held},
                             {"failed", failed},
                             {"profile", "PS3.15 2024b E.1 basic"},
                             {"dates", run.profile.shiftDates ? "shifted" : "removed"}}}})
                  << '\n';
    else
        std::cout << count(DeidentifyStatus::Written) << " written, "
                  << count(DeidentifyStatus::AlreadyThere) << " already there, " << held
                  << " held back, " << failed << " failed\n";
    if (held > 0 && !options.json)
        std::cerr << "Look at the files held back; --include-suspected takes them too.\n";
    if (done < files.size())
        return fail(Failed,
                    "Stopped after " + std::to_string(done) + " files; the same command goes on.");
    return failed + held > 0 ? SomeUnreadable : AllDone;
}

Json leftJson(const IdentifierLeft& left)
{
    return {{"file", left.file.string()},
            {"kind", nameOf(left.kind)},
            {"element", tagName(left.tag)},
            {"source", left.source.empty() ? Json() : Json(left.source.string())},
            {"offset", left.offset ? Json(*left.offset) : Json()}};
}

int check(const Options& options, const std::stop_token& stop)
{
    if (options.against.empty() || options.check.empty() || !options.paths.empty() ||
        !options.out.empty())
        return fail(WrongUse,
                    "--check DIR needs --against DIR, the originals, and no PATH or --out.");
    const auto result = checkDeidentified(options.check, options.against, stop);
    if (!result)
        return fail(Failed, result.error().message);
    if (options.json) {
        Json left = Json::array();
        for (const IdentifierLeft& one : result->left)
            left.push_back(leftJson(one));
        std::cout << dump({{"clean", result->left.empty() && result->unreadable.empty() &&
                                         !result->cancelled},
                           {"sources", result->sources},
                           {"identifiers", result->identifiers},
                           {"files", result->files},
                           {"matched", result->matched},
                           {"bytes", result->bytes},
                           {"left", left},
                           {"unreadable", result->unreadable}})
                  << '\n';
    } else {
        for (const IdentifierLeft& left : result->left)
            std::cout << left.file.string() << ": a " << nameOf(left.kind) << " of the originals ("
                      << tagName(left.tag) << ") "
                      << (left.offset ? "at byte " + std::to_string(*left.offset)
                                      : std::string("in its name"))
                      << '\n';
        std::cout << result->files << " files searched (" << result->matched
                  << " with the pixels of an original) for " << result->identifiers
                  << " identifiers of " << result->sources << " originals: " << result->left.size()
                  << " left\n";
        for (const std::string& sentence : result->unreadable)
            std::cerr << sentence << '\n';
    }
    if (result->cancelled)
        return fail(Failed, "Stopped before all was searched.");
    if (!result->left.empty())
        return Failed;
    return result->unreadable.empty() ? AllDone : SomeUnreadable;
}

} // namespace

void addDeidentifyCommand(CLI::App& app, Invocation& invocation)
{
    const auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(
        "deidentify",
        "Copies DICOM images without what says whose they are (PS3.15 basic profile), and checks "
        "that nothing of it is left; originals are only read");
    command->add_option("PATH", options->paths, "Folders, files or a DICOMDIR");
    command->add_option("--out", options->out,
                        "Folder for the copies: <patient>/<study>/<instance>.dcm");
    command->add_option(
        "--key", options->key,
        "Key file, made if absent: the same key gives the same UIDs, names and date shifts, and a "
        "second run goes on where the first stopped. Without it, a key that is forgotten at once");
    command
        ->add_option(
            "--retain-dates", options->retainDates,
            "'shifted': keep dates, moved back by days that are a patient's own; else they go")
        ->check(CLI::IsMember({"shifted"}));
    command->add_flag(
        "--include-suspected", options->includeSuspected,
        "Also images that may have writing in their pixels, which are held back else");
    command->add_option("--threads", options->threads, "(0: all cores)")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--check", options->check, "Search the files of this folder, every byte …");
    command->add_option("--against", options->against,
                        "… for the identifiers of the originals in this one");
    command->add_flag("--json", options->json,
                      "One JSON object a file, then a summary; of a check one object");
    command->footer(
        "Examples:\n"
        "  imaging-router-cli deidentify /archive/2024 --out /share/xrays --key ~/xrays.key\n"
        "  imaging-router-cli deidentify --check /share/xrays --against /archive/2024");
    command->callback([&invocation, options] {
        invocation.run = [&invocation, options] {
            const bool checks = !options->check.empty() || !options->against.empty();
            return checks ? check(*options, invocation.stop)
                          : deidentify(*options, invocation.stop);
        };
    });
}

} // namespace ir::cli
