#pragma once

#include <QObject>
#include <QString>
#include <QThread>

#include <memory>
#include <stop_token>
#include <utility>

namespace ir::ui {

/// One long piece of work at a time on a QThread of its own; lives in the GUI thread, and signals arrive there. A
/// derived class says what the work is, and calls leave() in its destructor.
class BackgroundWork : public QObject
{
    Q_OBJECT

public:
    void cancel();
    [[nodiscard]] bool isRunning() const { return m_thread != nullptr; }

Q_SIGNALS:
    void cancelled();
    /// One sentence.
    void failed(const QString& message);

protected:
    BackgroundWork(const QString& threadName, QObject* parent);

    /// Runs `work(stop)`, which returns a Result and touches no GUI object, and hands its value to `deliver` in the
    /// GUI thread; else failed() or cancelled() follows. Nothing happens while other work runs.
    template <typename Work, typename Deliver>
    void run(Work work, Deliver deliver)
    {
        if (isRunning())
            return;
        m_stop = std::stop_source();
        m_thread.reset(QThread::create([this, work, deliver, stop = m_stop.get_token()] {
            auto result = work(stop);
            auto shared = std::make_shared<decltype(result)>(std::move(result));
            QMetaObject::invokeMethod(this, [this, deliver, shared, stop] {
                join();
                if (stop.stop_requested())
                    Q_EMIT cancelled();
                else if (!*shared)
                    Q_EMIT failed(QString::fromStdString(shared->error().message));
                else
                    deliver(std::move(**shared));
            });
        }));
        m_thread->setObjectName(objectName());
        m_thread->start(QThread::LowPriority);
    }

    /// Stops and waits: the work uses what the derived class has.
    void leave();

private:
    void join();

    std::unique_ptr<QThread> m_thread;
    std::stop_source m_stop;
};

} // namespace ir::ui
