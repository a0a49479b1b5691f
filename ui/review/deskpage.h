#pragma once

#include "browser/displayloader.h"
#include "review/stopwatch.h"
#include "style/classstyle.h"

#include "base/result.h"

#include <QWidget>

#include <functional>

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

    /// What a key does. Classes have theirs: 1 … 9 by their place, Shift and a letter by their own; Esc leaves.
    void onKey(QKeyCombination key, std::function<void()> act);
    /// The same, with a button below that says so: `cap` is the key, `text` the act.
    void addKey(QKeyCombination key, const QString& cap, const QString& text, const std::function<void()>& act);
    /// Does what a key stands for; false: nothing. Never for a key held down, which would judge what nobody saw.
    bool runKey(QKeyEvent* event);
    /// Says what was done, or why not.
    void say(const Result<void>& done, const QString& what);

    /// Somebody is at the desk.
    [[nodiscard]] virtual bool isWorking() const = 0;
    /// A class was chosen by its key or button.
    virtual void chooseClass(const QString& name) = 0;
    /// By its key with Ctrl.
    virtual void chooseClassOfAll(const QString&) {}
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

private:
    struct KeyAct
    {
        QKeyCombination key;
        std::function<void()> run;
    };

    [[nodiscard]] QString classOfKey(int key, Qt::KeyboardModifiers modifiers) const;

    QVector<KeyAct> m_acts;
};

} // namespace ir::ui
