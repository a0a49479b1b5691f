#include "browser/noticebar.h"

#include "style/icons.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>

namespace ir::ui {

NoticeBar::NoticeBar(QWidget* parent)
    : QFrame(parent), m_icon(new QLabel(this)), m_message(new QLabel(this)),
      m_actionButton(new QPushButton(this))
{
    setObjectName(QStringLiteral("noticeBar"));
    m_message->setObjectName(QStringLiteral("noticeMessage"));
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_actionButton->setObjectName(QStringLiteral("noticeAction"));
    m_actionButton->setAutoDefault(false);
    auto* close = new QToolButton(this);
    close->setObjectName(QStringLiteral("noticeClose"));
    close->setIcon(icon(QStringLiteral("cancel"), Role::DimText));
    close->setToolTip(tr("Dismiss"));
    close->setAccessibleName(tr("Dismiss the notice"));

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 4, 8, 4);
    layout->setSpacing(8);
    layout->addWidget(m_icon);
    layout->addWidget(m_message, 1);
    layout->addWidget(m_actionButton);
    layout->addWidget(close);

    connect(close, &QToolButton::clicked, this, &NoticeBar::dismiss);
    connect(m_actionButton, &QPushButton::clicked, this, [this] {
        const auto action = m_action;
        dismiss();
        if (action)
            action();
    });
    hide();
}

void NoticeBar::showNotice(Severity severity, const QString& message, const QString& actionText,
                           std::function<void()> action)
{
    if (!isHidden() && m_severity == Severity::Error && severity == Severity::Info)
        return;
    m_severity = severity;
    m_action = std::move(action);
    m_message->setText(message);
    m_actionButton->setText(actionText);
    m_actionButton->setVisible(!actionText.isEmpty());
    const bool isError = severity == Severity::Error;
    m_icon->setPixmap(icon(isError ? QStringLiteral("warning") : QStringLiteral("info"),
                           isError ? Role::Error : Role::DimText)
                          .pixmap(QSize(16, 16), devicePixelRatioF()));
    setProperty("severity", isError ? QStringLiteral("error") : QStringLiteral("info"));
    style()->unpolish(this);
    style()->polish(this);
    setAccessibleName(message);
    show();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void NoticeBar::dismiss()
{
    m_action = nullptr;
    hide();
}

QString NoticeBar::message() const { return isHidden() ? QString() : m_message->text(); }

} // namespace ir::ui
