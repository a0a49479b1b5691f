#pragma once

#include "browser/displayloader.h"
#include "review/stopwatch.h"
#include "style/classstyle.h"

#include <QWidget>

class QProgressBar;
class QStackedWidget;

namespace ir::ui {

class EmptyState;
class KeyBar;
class PictureStore;
class ReviewSession;

/// What the pages have in common at which a person works through images by keys: progress above, pictures or a
/// sentence in the middle, keys below, and a watch that stands still while the window is not the active one.
class DeskPage : public QWidget
{
    Q_OBJECT

Q_SIGNALS:
    void left(); ///< Esc
    void problem(const QString& message);

protected:
    /// `session` outlives the page.
    DeskPage(ReviewSession* session, const DisplayLoader& loader, const QString& progressName, QWidget* parent);

    /// The classes, keys and pictures of the open project, nothing done yet.
    void openProject();
    /// The class that a key stands for: 1 … 9 by its place, Shift and a letter by its own; empty: none.
    [[nodiscard]] QString classOfKey(int key, Qt::KeyboardModifiers modifiers) const;

    /// Somebody is at the desk.
    [[nodiscard]] virtual bool isWorking() const = 0;
    /// Does what a key stands for; false: nothing. Never for a key held down, which would judge what nobody saw.
    virtual bool runKey(int key, Qt::KeyboardModifiers modifiers) = 0;
    /// The project is another than this desk made it.
    virtual void projectChanged() = 0;

    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

    ReviewSession* m_session;
    PictureStore* m_pictures;
    QProgressBar* m_progress;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    KeyBar* m_keys;
    ClassStyles m_styles;
    Stopwatch m_watch;
};

} // namespace ir::ui
