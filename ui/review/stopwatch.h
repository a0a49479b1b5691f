#pragma once

#include <QElapsedTimer>

namespace ir::ui {

/// Time spent on an image: runs while its window is the active one.
class Stopwatch
{
public:
    void restart()
    {
        m_spentMs = 0;
        m_clock.start();
    }
    void reset()
    {
        m_spentMs = 0;
        m_clock.invalidate();
    }
    /// No effect before restart().
    void setRunning(bool running)
    {
        if (!running && m_clock.isValid()) {
            m_spentMs += m_clock.elapsed();
            m_clock.invalidate();
            m_isHeld = true;
        } else if (running && m_isHeld) {
            m_clock.start();
            m_isHeld = false;
        }
    }
    [[nodiscard]] double seconds() const
    {
        return static_cast<double>(m_spentMs + (m_clock.isValid() ? m_clock.elapsed() : 0)) / 1000;
    }

private:
    QElapsedTimer m_clock;
    qint64 m_spentMs = 0;
    bool m_isHeld = false;
};

} // namespace ir::ui
