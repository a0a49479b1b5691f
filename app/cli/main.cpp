#include "commands.h"
#include "projectcommands.h"

#include "base/homefolder.h"
#include "dicom/dicomlibrary.h"

#include <QCoreApplication>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>

#include <fcntl.h>
#include <semaphore.h>
#include <unistd.h>

namespace {

sem_t interrupted;
volatile std::sig_atomic_t lastSignal = 0;

/// Ctrl-C (or SIGTERM) asks the work to stop; a second one ends the process at once. A handler, since blocking the
/// signals does not do: OpenBLAS has threads before main() that would take them, and end the process.
std::stop_token stopOnInterrupt()
{
    static std::stop_source source;
    ::sem_init(&interrupted, 0, 0);
    struct sigaction action = {};
    action.sa_handler = [](int signal) {
        lastSignal = signal;
        ::sem_post(&interrupted);
    };
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    std::thread([] {
        const auto wait = [] {
            while (::sem_wait(&interrupted) != 0) {
            }
        };
        wait();
        source.request_stop();
        wait();
        std::_Exit(128 + lastSignal);
    }).detach();
    return source.get_token();
}

/// A program started with a standard stream closed would write its results into the next file that it opens.
void openStandardStreams()
{
    int descriptor = 0;
    while (descriptor >= 0 && descriptor <= STDERR_FILENO)
        descriptor = ::open("/dev/null", O_RDWR);
    if (descriptor > STDERR_FILENO)
        ::close(descriptor);
}

bool progressShown = false;

} // namespace

namespace ir::cli {

int fail(ExitCode code, const std::string& message)
{
    endProgress();
    std::cerr << "imaging-router-cli: " << message << '\n';
    return code;
}

void showProgress(const std::string& line)
{
    static const bool terminal = ::isatty(STDERR_FILENO) != 0;
    if (!terminal)
        return;
    std::cerr << '\r' << line << "\x1b[K" << std::flush;
    progressShown = true;
}

void endProgress()
{
    if (progressShown)
        std::cerr << "\r\x1b[K" << std::flush;
    progressShown = false;
}

} // namespace ir::cli

int main(int argc, char** argv)
{
    using namespace ir::cli;
    openStandardStreams();
    // One inference thread team: OpenBLAS must not start a second one beside LibTorch's (set before any
    // library reads it; a value given by the user is kept).
    ::setenv("OPENBLAS_NUM_THREADS", "1", /*overwrite=*/0);
    ir::setHomeIfMissing();
    const std::stop_token interrupt = stopOnInterrupt();
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("imaging-router"));
    QCoreApplication::setApplicationVersion(QStringLiteral(IR_VERSION));

    CLI::App app("Sorts X-ray archives by body part: reads, tags, exports and trains without a display.",
                 "imaging-router-cli");
    app.set_version_flag("--version", IR_VERSION);
    app.require_subcommand(1);
    app.footer("Exit codes: 0 all done; 1 done, some files unreadable; 2 wrong use; 3 failed.\n"
               "'imaging-router-cli COMMAND --help' shows examples.");

    Invocation invocation;
    invocation.stop = interrupt;
    addScanCommand(app, invocation);
    addRenderCommand(app, invocation);
    addClassifyCommand(app, invocation);
    addExportCommand(app, invocation);
    addTrainCommand(app, invocation);
    addFineTuneCommand(app, invocation);
    addEvaluateCommand(app, invocation);
    addCompareCommand(app, invocation);
    addDatasetCommand(app, invocation);
    addAgreementCommand(app, invocation);
    addProjectCommand(app, invocation);
    addReadersCommand(app, invocation);
    addCatalogCommand(app, invocation);
    addDeidentifyCommand(app, invocation);
    addModelsCommand(app, invocation);
    addDoctorCommand(app, invocation);
    addSampleCommand(app, invocation);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? AllDone : WrongUse;
    }
    const ir::DicomLibrary library;
    const int code = invocation.run();
    if (!std::cout.flush())
        return fail(Failed, "Cannot write all results to standard output: is the disk full?");
    return code;
}
