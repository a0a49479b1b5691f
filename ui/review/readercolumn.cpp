#include "review/readercolumn.h"

#include "browser/classchip.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ir::ui {

namespace {

constexpr int kWidth = 232;

} // namespace

ReaderColumn::ReaderColumn(QWidget* parent)
    : QFrame(parent), m_reader(new QLabel(this)), m_round(new QLabel(this)), m_label(new QPushButton(this)),
      m_remarks(new QLabel(this))
{
    setProperty("readerColumn", true);
    setFixedWidth(kWidth);
    m_reader->setProperty("type", QStringLiteral("title"));
    m_round->setProperty("tone", QStringLiteral("dim"));
    m_label->setFocusPolicy(Qt::NoFocus);
    m_label->setIconSize(kChipIcon);
    m_remarks->setWordWrap(true);
    m_remarks->setTextFormat(Qt::PlainText);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(4);
    column->addWidget(m_reader);
    column->addWidget(m_round);
    column->addSpacing(12);
    column->addWidget(m_label);
    column->addSpacing(12);
    column->addWidget(m_remarks);
    column->addStretch(1);
    connect(m_label, &QPushButton::clicked, this, [this] { Q_EMIT labelClicked(m_name); });
}

void ReaderColumn::showReading(const QString& reader, int round, const std::string& label, const ClassStyles& styles,
                               const std::vector<ReviewEvent>& remarks)
{
    m_name = QString::fromStdString(label);
    m_reader->setText(reader.isEmpty() ? tr("Nobody") : reader);
    m_round->setText(reader.isEmpty() ? tr("no round %1").arg(round) : tr("in round %1").arg(round));
    m_label->setVisible(!reader.isEmpty());
    m_label->setEnabled(!label.empty());
    m_label->setText(label.empty() ? tr("unsure") : u' ' + styles.of(m_name).display);
    m_label->setToolTip(label.empty() ? QString() : tr("Decide for this one"));
    m_label->setIcon(label.empty() ? QIcon() : chipIcon(styles.of(m_name), devicePixelRatioF()));
    QStringList texts;
    for (const ReviewEvent& remark : remarks) {
        if (QString::fromStdString(remark.reader) != reader)
            continue;
        if (remark.act == ReviewAct::Flag)
            texts << tr("Flagged for discussion");
        if (!remark.comment.empty())
            texts << QStringLiteral("“") + QString::fromStdString(remark.comment) + QStringLiteral("”");
    }
    m_remarks->setText(texts.join(QStringLiteral("\n\n")));
}

void ReaderColumn::clear()
{
    m_reader->clear();
    m_round->clear();
    m_remarks->clear();
    m_label->hide();
}

} // namespace ir::ui
