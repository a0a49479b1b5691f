#pragma once

#include "catalog/records.h"
#include "review/picturestore.h"
#include "style/classstyle.h"

#include <QWidget>

namespace ir::ui {

/// One image as large as the widget, on black, and in its corners what of it may be seen.
class ImageCanvas : public QWidget
{
    Q_OBJECT

public:
    /// A class that somebody gave, at the upper left.
    struct Tag
    {
        QString who; ///< "Model, 93 %"
        ClassStyle style;
        bool isSure = true;
    };

    /// `pictures` outlives the canvas, which tells it its size.
    explicit ImageCanvas(PictureStore* pictures, QWidget* parent = nullptr);

    /// 0: nothing.
    void showImage(ImageId image, const QVector<Tag>& tags = {});
    void setFlagged(bool flagged);
    [[nodiscard]] ImageId image() const { return m_image; }
    /// Whether the image itself, or why there is none, is on the screen.
    [[nodiscard]] bool isPainted() const { return m_isPainted; }

Q_SIGNALS:
    void areaChanged();          ///< wish again
    void painted(qint64 image); ///< once an image

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void paintTags(QPainter& painter) const;

    PictureStore* m_pictures;
    ImageId m_image = 0;
    QVector<Tag> m_tags;
    bool m_isFlagged = false;
    bool m_isPainted = false;
};

} // namespace ir::ui
