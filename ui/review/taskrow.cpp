#include "review/taskrow.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace ir::ui {

TaskRow::TaskRow(const QString& title, QWidget* parent)
    : QFrame(parent), m_state(new QLabel(this)), m_progress(new QProgressBar(this)), m_row(new QHBoxLayout(this))
{
    setProperty("card", true);
    auto* heading = new QLabel(title, this);
    QFont font = heading->font();
    font.setWeight(QFont::DemiBold);
    heading->setFont(font);
    m_state->setProperty("tone", QStringLiteral("dim"));
    m_state->setWordWrap(true);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(title);
    m_progress->hide();
    auto* texts = new QVBoxLayout;
    texts->setSpacing(4);
    texts->addWidget(heading);
    texts->addWidget(m_state);
    texts->addWidget(m_progress);
    m_row->setContentsMargins(16, 12, 16, 12);
    m_row->setSpacing(8);
    m_row->addLayout(texts, 1);
    m_row->addSpacing(16);
}

QPushButton* TaskRow::addButton(const char* name, const QString& text)
{
    auto* button = new QPushButton(text, this);
    button->setObjectName(QLatin1String(name));
    m_row->addWidget(button, 0, Qt::AlignVCenter);
    return button;
}

void TaskRow::showState(const QString& text) { m_state->setText(text); }

void TaskRow::showProgress(std::size_t done, std::size_t wanted)
{
    m_progress->setRange(0, std::max(1, int(wanted)));
    m_progress->setValue(int(done));
    m_progress->show();
}

} // namespace ir::ui
