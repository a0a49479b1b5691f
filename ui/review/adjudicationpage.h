#pragma once

#include "review/adjudicationdesk.h"
#include "review/imagepage.h"

#include <memory>

namespace ir::ui {

class ReaderColumn;

/// One conflict after another: the image between what its two readers said; a key or a click decides.
class AdjudicationPage : public ImagePage
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
    void projectChanged() override { showCurrent(); }
    void chooseClass(const QString& name) override;
    void comment(const QString& text) override;
    void wish() override;
    void step(int by);
    void goBack();
    void beginComment();
    void showCurrent();
    void showConflict(const ReviewConflict& conflict);

    ReaderColumn* m_first;
    ReaderColumn* m_second;
    std::unique_ptr<AdjudicationDesk> m_desk;
};

} // namespace ir::ui
