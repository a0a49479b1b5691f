#include "support/backgroundwork.h"

namespace ir::ui {

BackgroundWork::BackgroundWork(const QString& threadName, QObject* parent) : QObject(parent)
{
    setObjectName(threadName);
}

void BackgroundWork::cancel() { m_stop.request_stop(); }

void BackgroundWork::leave()
{
    cancel();
    join();
}

void BackgroundWork::join()
{
    if (m_thread)
        m_thread->wait();
    m_thread.reset();
}

} // namespace ir::ui
