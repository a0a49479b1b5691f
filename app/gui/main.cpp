#include "browser/mainwindow.h"
#include "dicom/dicomlibrary.h"
#include "settings/settings.h"
#include "style/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QIcon>

#include <cstdlib>

namespace {

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
