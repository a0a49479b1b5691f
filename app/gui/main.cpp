#include "base/homefolder.h"
#include "browser/mainwindow.h"
#include "dicom/dicomlibrary.h"
#include "settings/settings.h"
#include "style/theme.h"

#include <QApplication>
#include <QByteArrayList>
#include <QCommandLineParser>
#include <QIcon>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace {

constexpr int kWrongUse = 2; ///< as the command line's
constexpr int kFailed = 3;

/// Qt would abort without one, also where only --help was asked.
bool hasDisplay(int argc, char** argv)
{
    for (const char* variable : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        if (!qEnvironmentVariableIsEmpty(variable))
            return true;
    return std::any_of(argv + 1, argv + argc, [](const char* argument) {
        return qstrcmp(argument, "-platform") == 0 || qstrcmp(argument, "--platform") == 0;
    });
}

bool asksForText(int argc, char** argv)
{
    return std::any_of(argv + 1, argv + argc, [](const char* argument) {
        return QByteArrayList({"-h", "--help", "--help-all", "-v", "--version"}).contains(argument);
    });
}

ir::ui::ThemeChoice themeNamed(const QString& name, ir::ui::ThemeChoice fallback)
{
    if (name == QLatin1String("dark"))
        return ir::ui::ThemeChoice::Dark;
    if (name == QLatin1String("light"))
        return ir::ui::ThemeChoice::Light;
    return name == QLatin1String("system") ? ir::ui::ThemeChoice::System : fallback;
}

} // namespace

int main(int argc, char** argv)
{
    // OpenBLAS would start a pool of its own beside LibTorch's threads.
    setenv("OPENBLAS_NUM_THREADS", "1", 0);
    ir::setHomeIfMissing();
    if (!hasDisplay(argc, argv)) {
        if (!asksForText(argc, argv)) {
            std::fputs("imaging-router: there is no display here. imaging-router-cli does the same work in a "
                       "terminal: see imaging-router-cli --help.\n",
                       stderr);
            return kFailed;
        }
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    QApplication::setHighDpiScaleFactorRoundingPolicy(
        Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("imaging-router"));
    QApplication::setApplicationDisplayName(QStringLiteral("Imaging Router"));
    QApplication::setApplicationVersion(QStringLiteral(IR_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("imaging-router"));

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Shows an archive of X-rays, tagged by body part, to correct and to sort."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("DIR"), QStringLiteral("Folder to open."),
                                 QStringLiteral("[DIR]"));
    const QCommandLineOption catalog(QStringLiteral("catalog"),
                                     QStringLiteral("Keep tags and labels in FILE."),
                                     QStringLiteral("FILE"));
    const QCommandLineOption themeOption(QStringLiteral("theme"),
                                         QStringLiteral("dark, light or system."),
                                         QStringLiteral("NAME"));
    const QCommandLineOption settingsOption(QStringLiteral("settings"),
                                            QStringLiteral("Keep the settings in FILE."),
                                            QStringLiteral("FILE"));
    parser.addOptions({catalog, themeOption, settingsOption});
    parser.process(app);
    const QStringList themes{QStringLiteral("dark"), QStringLiteral("light"), QStringLiteral("system")};
    if (const QString theme = parser.value(themeOption); !theme.isEmpty() && !themes.contains(theme)) {
        std::fputs(qPrintable(QStringLiteral("imaging-router: there is no theme \"%1\": use dark, light or system.\n")
                                  .arg(theme)),
                   stderr);
        return kWrongUse;
    }

    const ir::DicomLibrary dicom;
    ir::ui::Settings settings(parser.value(settingsOption));
    ir::ui::Theme theme(themeNamed(parser.value(themeOption), settings.theme()));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/app.svg")));
    ir::ui::MainWindow window(settings, &theme, parser.value(catalog));
    window.show();
    if (!parser.positionalArguments().isEmpty())
        window.openFolder(parser.positionalArguments().constFirst());
    return QApplication::exec();
}
