#pragma once

#include "browser/displayloader.h"
#include "review/project.h"
#include "style/classstyle.h"

#include <QFrame>

class QTextBrowser;
class QVBoxLayout;

namespace ir::ui {

class PictureStore;
class ReviewSession;

/// The project's guideline: its text (Markdown) and what the classes look like.
class GuidelinePane : public QFrame
{
    Q_OBJECT

public:
    explicit GuidelinePane(const DisplayLoader& loader, QWidget* parent = nullptr);

    void showGuideline(const ReviewSession& session, const ClassStyles& styles);
    /// Neither text nor examples.
    [[nodiscard]] bool isEmpty() const { return m_isEmpty; }

private:
    PictureStore* m_pictures;
    QTextBrowser* m_text;
    QWidget* m_examples;
    QVBoxLayout* m_exampleList;
    bool m_isEmpty = true;
};

} // namespace ir::ui
