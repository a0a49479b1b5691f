#include "review/keybar.h"

#include "browser/classchip.h"
#include "support/flowlayout.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace ir::ui {

namespace {

constexpr int kHeight = 28;
constexpr int kCap = 18;
constexpr int kGap = 8;

} // namespace

KeyButton::KeyButton(const QString& key, const QString& text, QWidget* parent) : QAbstractButton(parent), m_key(key)
{
    setText(text);
    setFocusPolicy(Qt::NoFocus);
    setAccessibleName(text);
    setAccessibleDescription(key);
    QFont small = font();
    small.setPixelSize(kBodyFont);
    setFont(small);
}

KeyButton::KeyButton(const ClassStyle& style, QWidget* parent) : KeyButton(style.keyText(), style.display, parent)
{
    m_style = style;
    setObjectName(QStringLiteral("classKey_") + style.name);
}

void KeyButton::setMarked(bool marked)
{
    m_isMarked = marked;
    update();
}

QSize KeyButton::sizeHint() const
{
    int width = kGap + fontMetrics().horizontalAdvance(text()) + kGap;
    if (!m_key.isEmpty())
        width += std::max(kCap, fontMetrics().horizontalAdvance(m_key) + 8) + kGap;
    if (!m_style.letter.isEmpty())
        width += chipWidth(kCap) + kGap;
    return {width, kHeight};
}

void KeyButton::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(m_isMarked ? QPen(color(Role::Accent), 1) : QPen(Qt::NoPen));
    painter.setBrush(isDown()                   ? color(Role::Line)
                     : underMouse() || m_isMarked ? color(Role::Raised)
                                                : QColor(Qt::transparent));
    painter.drawRoundedRect(frame, kRadius, kRadius);
    int left = kGap;
    const int top = (height() - kCap) / 2;
    QFont small = font();
    small.setPixelSize(kSmallFont);
    painter.setFont(small);
    if (!m_key.isEmpty()) {
        const QRect cap(left, top, std::max(kCap, fontMetrics().horizontalAdvance(m_key) + 8), kCap);
        painter.setPen(QPen(color(Role::Line), 1));
        painter.setBrush(color(Role::Raised));
        painter.drawRoundedRect(QRectF(cap).adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
        painter.setPen(color(isEnabled() ? Role::Text : Role::DimText));
        painter.drawText(cap, Qt::AlignCenter, m_key);
        left = cap.right() + 1 + kGap;
    }
    if (!m_style.letter.isEmpty()) {
        const QRect chip(left, top, chipWidth(kCap), kCap);
        paintClassChip(&painter, chip, m_style, Certainty::Guess);
        left = chip.right() + 1 + kGap;
    }
    painter.setFont(font());
    painter.setPen(color(isEnabled() ? Role::Text : Role::DimText));
    painter.drawText(rect().adjusted(left, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, text());
}

void KeyButton::enterEvent(QEnterEvent*) { update(); }
void KeyButton::leaveEvent(QEvent*) { update(); }

KeyBar::KeyBar(QWidget* parent)
    : QFrame(parent), m_classes(new QWidget(this)), m_keys(new QWidget(this)), m_last(new QLabel(this)),
      m_status(new QLabel(this))
{
    setObjectName(QStringLiteral("keyBar"));
    new FlowLayout(m_classes, 4);
    new FlowLayout(m_keys, 4);
    m_last->setObjectName(QStringLiteral("lastDecision"));
    m_last->setProperty("type", QStringLiteral("small"));
    m_status->setObjectName(QStringLiteral("reviewStatus"));
    m_status->setProperty("type", QStringLiteral("small"));
    m_status->setProperty("tone", QStringLiteral("dim"));
    for (QLabel* label : {m_last, m_status})
        label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* keys = new QVBoxLayout;
    keys->setSpacing(4);
    keys->addWidget(m_classes);
    keys->addWidget(m_keys);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(4);
    texts->addWidget(m_last);
    texts->addWidget(m_status);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 6, 16, 6);
    row->setSpacing(16);
    row->addLayout(keys, 1);
    row->addLayout(texts);
}

void KeyBar::setClasses(const ClassStyles& styles)
{
    qDeleteAll(m_buttons);
    m_buttons.clear();
    for (const ClassStyle& style : styles.all()) {
        auto* button = new KeyButton(style, m_classes);
        m_classes->layout()->addWidget(button);
        button->show();
        m_buttons.insert(style.name, button);
        connect(button, &QAbstractButton::clicked, this, [this, name = style.name] { Q_EMIT classClicked(name); });
    }
}

KeyButton* KeyBar::addKey(const QString& key, const QString& text)
{
    auto* button = new KeyButton(key, text, m_keys);
    m_keys->layout()->addWidget(button);
    return button;
}

void KeyBar::markClass(const QString& name)
{
    for (auto it = m_buttons.cbegin(); it != m_buttons.cend(); ++it)
        it.value()->setMarked(it.key() == name);
}

void KeyBar::showLast(const QString& text) { m_last->setText(text); }

void KeyBar::showStatus(const QString& text) { m_status->setText(text); }

QString KeyBar::status() const { return m_status->text(); }

} // namespace ir::ui
