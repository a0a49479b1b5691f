#include "review/guidelinepane.h"

#include "browser/classchip.h"
#include "review/picturestore.h"
#include "review/reviewsession.h"

#include <QLabel>
#include <QPainter>
#include <QScrollArea>
#include <QTextBlock>
#include <QTextBrowser>
#include <QTextCursor>
#include <QTextDocument>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <memory>

namespace ir::ui {

namespace {

constexpr int kWidth = 280;
constexpr int kHighestText = 320;
constexpr int kExample = 200;
constexpr int kCaption = 28;
constexpr int kIndent = 16;
constexpr int kParagraphGap = 6;

/// A guideline comes out of a catalog that others may have written: it loads nothing.
class InertText : public QTextBrowser
{
public:
    using QTextBrowser::QTextBrowser;
    QVariant loadResource(int, const QUrl&) override { return QByteArray(); }
};

/// Headings in the sizes that the program's texts have, air between paragraphs, lists that leave the text its width.
void calm(QTextDocument* document)
{
    document->setIndentWidth(kIndent);
    for (QTextBlock block = document->begin(); block.isValid(); block = block.next()) {
        const int level = block.blockFormat().headingLevel();
        QTextBlockFormat spacing;
        spacing.setTopMargin(0);
        spacing.setBottomMargin(kParagraphGap);
        QTextCursor(block).mergeBlockFormat(spacing);
        if (level == 0)
            continue;
        QTextCharFormat format;
        format.setProperty(QTextFormat::FontSizeAdjustment, 0);
        format.setProperty(QTextFormat::FontPixelSize, level == 1 ? kTitleFont : kBodyFont);
        QTextCursor cursor(block);
        cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
        cursor.mergeCharFormat(format);
    }
}

class ExampleView : public QWidget
{
public:
    ExampleView(PictureStore* pictures, const ReviewExample& example, ClassStyle style, QWidget* parent)
        : QWidget(parent), m_pictures(pictures), m_image(example.image), m_style(std::move(style)),
          m_caption(QString::fromStdString(example.caption))
    {
        setFixedHeight(kExample + kCaption);
        setAccessibleName(m_style.display + u' ' + m_caption);
        if (!m_caption.isEmpty())
            setToolTip(m_caption);
        connect(pictures, &PictureStore::found, this, qOverload<>(&QWidget::update));
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        const QRect square(0, 0, width(), kExample);
        painter.fillRect(square, color(Role::Canvas, Scheme::Dark));
        if (const PictureStore::Picture* picture = m_pictures->find(m_image); picture && !picture->image.isNull()) {
            QSizeF size = picture->image.size();
            size.scale(square.size(), Qt::KeepAspectRatio);
            QRectF target(QPointF(), size);
            target.moveCenter(QRectF(square).center());
            painter.setRenderHint(QPainter::SmoothPixmapTransform);
            painter.drawImage(target, picture->image);
        }
        QRect line(0, kExample, width(), kCaption);
        QFont font = this->font();
        font.setPixelSize(kSmallFont);
        painter.setFont(font);
        QString text = m_caption;
        if (!m_style.letter.isEmpty()) {
            const QRect chip(0, kExample + 5, chipWidth(18), 18);
            paintClassChip(&painter, chip, m_style, Certainty::Human);
            line.setLeft(chip.right() + 9);
            text = text.isEmpty() ? m_style.display : m_style.display + QStringLiteral(" · ") + text;
        }
        painter.setPen(color(Role::Text));
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(text, Qt::ElideRight, line.width()));
    }

private:
    PictureStore* m_pictures;
    ImageId m_image;
    ClassStyle m_style;
    QString m_caption;
};

} // namespace

GuidelinePane::GuidelinePane(const DisplayLoader& loader, QWidget* parent)
    : QFrame(parent), m_pictures(new PictureStore(loader, this)), m_text(new InertText(this)),
      m_examples(new QWidget(this)), m_exampleList(new QVBoxLayout(m_examples))
{
    setObjectName(QStringLiteral("guidelinePane"));
    setFixedWidth(kWidth);
    auto* title = new QLabel(tr("Guideline"), this);
    title->setProperty("type", QStringLiteral("section"));
    m_text->setObjectName(QStringLiteral("guidelineText"));
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setOpenLinks(false);
    m_text->document()->setDocumentMargin(0); // below its title
    m_text->setFocusPolicy(Qt::NoFocus);
    m_text->setAccessibleName(tr("Guideline"));
    m_exampleList->setContentsMargins(0, 0, 0, 0);
    m_exampleList->setSpacing(8);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(m_examples);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(8);
    layout->addWidget(title);
    layout->addWidget(m_text);
    layout->addWidget(scroll, 1);
}

void GuidelinePane::showGuideline(const ReviewSession& session, const ClassStyles& styles)
{
    const ReviewPlan& plan = session.project().plan();
    m_text->setMarkdown(QString::fromStdString(plan.guideline));
    calm(m_text->document());
    m_text->setVisible(!plan.guideline.empty());
    // As high as its text, so that the examples follow it; a long one scrolls. Measured on a copy: the view lays its
    // own document out for the width it happens to have while hidden.
    const std::unique_ptr<QTextDocument> copy(m_text->document()->clone());
    copy->setDefaultFont(m_text->font());
    copy->setTextWidth(kWidth - 24);
    m_text->setFixedHeight(std::min(kHighestText, int(std::ceil(copy->size().height())) + 4));
    m_isEmpty = plan.guideline.empty() && plan.examples.empty();
    while (QLayoutItem* item = m_exampleList->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_pictures->clear();
    const int side = qRound(kExample * devicePixelRatioF());
    m_pictures->setArea(QSize(qRound((kWidth - 24) * devicePixelRatioF()), side));
    QVector<PictureStore::Wish> wishes;
    for (const ReviewExample& example : plan.examples) {
        const ClassStyle style = example.label.empty() ? ClassStyle() : styles.of(QString::fromStdString(example.label));
        m_exampleList->addWidget(new ExampleView(m_pictures, example, style, m_examples));
        wishes.append({example.image, session.fileOf(example.image).path});
    }
    m_exampleList->addStretch(1);
    m_pictures->want(wishes);
}

} // namespace ir::ui
