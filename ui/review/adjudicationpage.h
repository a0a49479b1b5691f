#pragma once

#include "browser/displayloader.h"
#include "review/adjudicationdesk.h"
#include "review/stopwatch.h"
#include "style/classstyle.h"

#include <QWidget>

#include <memory>

class QLineEdit;
class QProgressBar;
class QStackedWidget;

namespace ir::ui {

class EmptyState;
class ImageCanvas;
class KeyBar;
class PictureStore;
class ReaderColumn;
class ReviewSession;

/// One conflict after another: the image between what its two readers said; a key or a click decides.
class AdjudicationPage : public QWidget
{
    Q_OBJECT

public:
    /// `session` outlives the page.
    AdjudicationPage(ReviewSession* session, const DisplayLoader& loader, QWidget* parent = nullptr);
    ~AdjudicationPage() override;

    /// The open project's conflicts that are this person's to decide. Takes the keyboard focus.
    void start(const QString& adjudicator);
    void stop();

Q_SIGNALS:
    void left(); ///< Esc
    void problem(const QString& message);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void buildKeys();
    bool runKey(int key, Qt::KeyboardModifiers modifiers);
    void decide(const QString& label);
    void step(int by);
    void goBack();
    void beginComment();
    void endComment(bool isKept);
    void showCurrent();
    void showConflict(const ReviewConflict& conflict);
    void wish();

    ReviewSession* m_session;
    PictureStore* m_pictures;
    QProgressBar* m_progress;
    QStackedWidget* m_stack;
    ImageCanvas* m_canvas;
    EmptyState* m_empty;
    ReaderColumn* m_first;
    ReaderColumn* m_second;
    QLineEdit* m_comment;
    KeyBar* m_keys;
    ClassStyles m_styles;
    std::unique_ptr<AdjudicationDesk> m_desk;
    Stopwatch m_watch;
};

} // namespace ir::ui
