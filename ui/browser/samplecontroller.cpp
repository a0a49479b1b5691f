#include "browser/samplecontroller.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>

namespace ir::ui {

SampleController::SampleController(const SampleOptions& options, QObject* parent)
    : QObject(parent), m_options(options)
{}

SampleController::~SampleController() = default;

QString SampleController::defaultFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)
           + QStringLiteral("/imaging-router/sample-archive");
}

void SampleController::start(const QString& folder)
{
    if (isRunning())
        return;
    Q_EMIT progressed(0, m_options.count);
    m_thread = std::jthread([this, options = m_options, folder](const std::stop_token& stop) {
        const auto report = [this](int done, int total) {
            QMetaObject::invokeMethod(this, [this, done, total] { Q_EMIT progressed(done, total); });
        };
        QString error;
        bool wasCancelled = false;
        if (!QDir().mkpath(folder)) {
            error = tr("The folder %1 cannot be made.").arg(QDir::toNativeSeparators(folder));
        } else {
            const auto written = writeSampleArchive(QFile::encodeName(folder).toStdString(),
                                                    options, report, stop);
            if (written)
                wasCancelled = written->stopped;
            else
                error = QString::fromStdString(written.error().message);
        }
        QMetaObject::invokeMethod(this, [this, folder, error, wasCancelled] {
            finished(folder, error, wasCancelled);
        });
    });
}

void SampleController::cancel() { m_thread.request_stop(); }

void SampleController::finished(const QString& folder, const QString& error, bool wasCancelled)
{
    m_thread.join();
    if (!error.isEmpty())
        Q_EMIT failed(error);
    else if (wasCancelled)
        Q_EMIT cancelled();
    else
        Q_EMIT ready(folder);
}

} // namespace ir::ui
