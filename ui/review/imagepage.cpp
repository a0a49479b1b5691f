#include "review/imagepage.h"

#include "review/commentline.h"
#include "review/keybar.h"
#include "review/reviewsession.h"
#include "support/formatting.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ir::ui {

ImagePage::ImagePage(ReviewSession* session, const DisplayLoader& loader, const QString& progressName,
                     const QString& commentPlaceholder, QWidget* parent)
    : DeskPage(session, loader, progressName, parent), m_canvas(new ImageCanvas(m_pictures, m_stack)),
      m_comment(new CommentLine(commentPlaceholder, this))
{
    m_stack->addWidget(m_canvas);
    connect(m_canvas, &ImageCanvas::areaChanged, this, [this] { wish(); });
    connect(m_canvas, &ImageCanvas::painted, this, [this] { m_watch.restart(); });
    connect(m_comment, &CommentLine::kept, this, [this](const QString& text) { comment(text); });
    connect(m_comment, &CommentLine::ended, this, [this] {
        if (isVisible())
            setFocus(Qt::OtherFocusReason);
    });
}

void ImagePage::arrange(QWidget* left, QWidget* right)
{
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    if (left)
        middle->addWidget(left);
    middle->addWidget(m_stack, 1);
    if (right)
        middle->addWidget(right);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_progress);
    column->addLayout(middle, 1);
    column->addWidget(m_comment);
    column->addWidget(m_keys);
}

bool ImagePage::isOnScreen(ImageId image) const { return m_canvas->image() == image && m_canvas->isPainted(); }

std::optional<ImageCanvas::Tag> ImagePage::modelTag(ImageId image) const
{
    const FileSummary file = m_session->fileOf(image);
    if (m_session->project().plan().rules.blindToModel || file.predictedClass.isEmpty())
        return std::nullopt;
    return ImageCanvas::Tag{tr("Model, %1").arg(formatPercent(double(file.confidence))),
                            m_styles.of(file.predictedClass), !file.needsReview};
}

} // namespace ir::ui
