#pragma once

#include "review/deskpage.h"
#include "review/imagecanvas.h"

#include <optional>

namespace ir::ui {

class CommentLine;

/// A desk at which one image at a time is judged, as large as the page, with a line for a comment on it.
class ImagePage : public DeskPage
{
    Q_OBJECT

protected:
    ImagePage(ReviewSession* session, const DisplayLoader& loader, const QString& progressName,
              const QString& commentPlaceholder, QWidget* parent);

    /// Lays the page out with the image between `left` and `right`, either of which may be nullptr.
    void arrange(QWidget* left, QWidget* right);
    /// Whether a key may judge this image: it is on the screen.
    [[nodiscard]] bool isOnScreen(ImageId image) const;
    /// What the model says of it, where the project lets people see that.
    [[nodiscard]] std::optional<ImageCanvas::Tag> modelTag(ImageId image) const;

    /// Asks for the pictures that are shown now and next.
    virtual void wish() = 0;
    virtual void comment(const QString& text) = 0;

    ImageCanvas* m_canvas;
    CommentLine* m_comment;
};

} // namespace ir::ui
