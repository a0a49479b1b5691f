#pragma once

#include "review/imagepage.h"
#include "review/readingdesk.h"

#include <memory>
#include <optional>

namespace ir::ui {

class GuidelinePane;

/// One image after another: a key gives its class, and the next is there. Shows what the project's rules let its
/// reader see and nothing else. A label is taken only of an image that is on the screen.
class LabellingPage : public ImagePage
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

private:
    [[nodiscard]] bool isWorking() const override { return m_desk != nullptr; }
    void projectChanged() override { showCurrent(); }
    void chooseClass(const QString& name) override;
    void comment(const QString& text) override;
    void wish() override;
    void unsure();
    void skip();
    void flag();
    void undo();
    void beginComment();
    void toggleGuideline();
    void done(const Result<void>& result, const QString& what);
    void showCurrent();
    void showPicture();
    void showNothing();
    void updateProgress();
    [[nodiscard]] std::optional<std::int64_t> judged() const;

    GuidelinePane* m_guideline;
    std::unique_ptr<ReadingDesk> m_desk;
};

} // namespace ir::ui
