#pragma once

#include "browser/displayloader.h"
#include "review/readingdesk.h"
#include "review/stopwatch.h"
#include "style/classstyle.h"

#include <QWidget>

#include <memory>
#include <optional>

class QLineEdit;
class QProgressBar;
class QStackedWidget;

namespace ir::ui {

class EmptyState;
class GuidelinePane;
class ImageCanvas;
class KeyBar;
class PictureStore;
class ReviewSession;

/// One image after another: a key gives its class, and the next is there. Shows what the project's rules let its
/// reader see and nothing else. A label is taken only of an image that is on the screen.
class LabellingPage : public QWidget
{
    Q_OBJECT

public:
    /// `session` outlives the page.
    LabellingPage(ReviewSession* session, const DisplayLoader& loader, QWidget* parent = nullptr);
    ~LabellingPage() override;

    /// Of the open project, where this reader stopped. Takes the keyboard focus.
    void start(const QString& reader, int round);
    void stop();
    [[nodiscard]] qint64 image() const; ///< on the screen; 0: none

Q_SIGNALS:
    void left(); ///< Esc
    void problem(const QString& message);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void buildKeys();
    bool runKey(const QKeyEvent& event);
    void label(const QString& name);
    void unsure();
    void skip();
    void flag();
    void undo();
    void beginComment();
    void endComment(bool isKept);
    void toggleGuideline();
    void done(const Result<void>& result, const QString& what);
    void showCurrent();
    void showPicture();
    void showNothing();
    void wish();
    void updateProgress();
    [[nodiscard]] std::optional<std::int64_t> judged() const;

    ReviewSession* m_session;
    PictureStore* m_pictures;
    QProgressBar* m_progress;
    QStackedWidget* m_stack;
    ImageCanvas* m_canvas;
    EmptyState* m_empty;
    GuidelinePane* m_guideline;
    QLineEdit* m_comment;
    KeyBar* m_keys;
    ClassStyles m_styles;
    std::unique_ptr<ReadingDesk> m_desk;
    Stopwatch m_watch;
};

} // namespace ir::ui
