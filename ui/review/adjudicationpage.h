#pragma once

#include "review/adjudicationdesk.h"
#include "review/deskpage.h"

#include <memory>

namespace ir::ui {

class CommentLine;
class ImageCanvas;
class ReaderColumn;

/// One conflict after another: the image between what its two readers said; a key or a click decides.
class AdjudicationPage : public DeskPage
{
    Q_OBJECT

public:
    /// `session` outlives the page.
    AdjudicationPage(ReviewSession* session, const DisplayLoader& loader, QWidget* parent = nullptr);
    ~AdjudicationPage() override;

    /// The open project's conflicts that are this person's to decide. Takes the keyboard focus.
    void start(const QString& adjudicator);
    void stop();

private:
    [[nodiscard]] bool isWorking() const override { return m_desk != nullptr; }
    bool runKey(int key, Qt::KeyboardModifiers modifiers) override;
    void projectChanged() override { showCurrent(); }
    void buildKeys();
    void decide(const QString& label);
    void step(int by);
    void goBack();
    void beginComment();
    void comment(const QString& text);
    void showCurrent();
    void showConflict(const ReviewConflict& conflict);
    void wish();

    ImageCanvas* m_canvas;
    ReaderColumn* m_first;
    ReaderColumn* m_second;
    CommentLine* m_comment;
    std::unique_ptr<AdjudicationDesk> m_desk;
};

} // namespace ir::ui
