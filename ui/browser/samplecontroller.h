#pragma once

#include "sample/samplearchive.h"

#include <QObject>
#include <QString>

#include <thread>

namespace ir::ui {

/// Makes the sample archive in the user's data directory on a thread of its own. What a cancelled attempt
/// has written stays, and the next one goes on from there.
class SampleController : public QObject
{
    Q_OBJECT

public:
    explicit SampleController(const SampleOptions& options = {}, QObject* parent = nullptr);
    /// Waits for the image being drawn.
    ~SampleController() override;

    /// <data directory>/imaging-router/sample-archive.
    [[nodiscard]] static QString defaultFolder();

    void start(const QString& folder = defaultFolder());
    void cancel();
    [[nodiscard]] bool isRunning() const { return m_thread.joinable(); }

Q_SIGNALS:
    void progressed(int done, int total);
    void ready(const QString& folder);
    void failed(const QString& message);
    void cancelled();

private:
    void finished(const QString& folder, const QString& error, bool wasCancelled);

    SampleOptions m_options;
    std::jthread m_thread;
};

} // namespace ir::ui
