#include "training/tagchangesdialog.h"

#include "support/formatting.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace ir::ui {

namespace {

enum ItemRole { BeforeRole = Qt::UserRole + 1, AfterRole, FileRole };

} // namespace

TagChangesDialog::TagChangesDialog(TagChanges changes, const ClassStyles& styles, QWidget* parent)
    : QDialog(parent), m_changes(std::move(changes)), m_pairs(new QListWidget(this)),
      m_files(new QListWidget(this))
{
    setObjectName(QStringLiteral("tagChangesDialog"));
    setWindowTitle(tr("What changed"));
    resize(760, 480);
    auto* summary = new QLabel(tr("%1 of %2 images are tagged otherwise than by the model before.")
                                   .arg(formatCount(m_changes.images.size()),
                                        formatCount(m_changes.compared)),
                               this);
    summary->setObjectName(QStringLiteral("tagChangesSummary"));
    m_pairs->setObjectName(QStringLiteral("tagChangesPairs"));
    m_pairs->setAccessibleName(tr("From class to class"));
    m_files->setObjectName(QStringLiteral("tagChangesFiles"));
    m_files->setAccessibleName(tr("Images"));
    m_files->setTextElideMode(Qt::ElideMiddle);
    auto* close = new QPushButton(tr("Close"), this);
    auto* show = new QPushButton(tr("Show image"), this);
    show->setDefault(true);
    show->setEnabled(false);

    auto* lists = new QHBoxLayout;
    lists->setSpacing(12);
    lists->addWidget(m_pairs, 2);
    lists->addWidget(m_files, 3);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(close);
    buttons->addWidget(show);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 16, 24, 16);
    layout->setSpacing(12);
    layout->addWidget(summary);
    layout->addLayout(lists, 1);
    layout->addLayout(buttons);

    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_pairs, &QListWidget::currentRowChanged, this, &TagChangesDialog::showPair);
    connect(m_files, &QListWidget::currentRowChanged, show,
            [show](int row) { show->setEnabled(row >= 0); });
    const auto choose = [this] {
        if (const QListWidgetItem* item = m_files->currentItem())
            Q_EMIT fileChosen(item->data(FileRole).toLongLong());
    };
    connect(show, &QPushButton::clicked, this, choose);
    connect(m_files, &QListWidget::itemActivated, this, choose);
    fillPairs(styles);
    m_pairs->setCurrentRow(0);
}

void TagChangesDialog::fillPairs(const ClassStyles& styles)
{
    const auto counts = m_changes.counts();
    std::vector<std::pair<std::pair<QString, QString>, qint64>> sorted(counts.begin(), counts.end());
    std::ranges::stable_sort(sorted, std::ranges::greater(), [](const auto& one) { return one.second; });
    for (const auto& [pair, count] : sorted) {
        auto* item = new QListWidgetItem(tr("%1  %2 → %3")
                                             .arg(formatCount(count), styles.of(pair.first).display,
                                                  styles.of(pair.second).display),
                                         m_pairs);
        item->setData(BeforeRole, pair.first);
        item->setData(AfterRole, pair.second);
    }
}

void TagChangesDialog::showPair(int row)
{
    m_files->clear();
    const QListWidgetItem* pair = m_pairs->item(row);
    if (!pair)
        return;
    for (const TagChange& change : m_changes.images) {
        if (change.before != pair->data(BeforeRole).toString()
            || change.after != pair->data(AfterRole).toString())
            continue;
        QString text = QFileInfo(change.path).fileName();
        if (!change.label.isEmpty())
            text += QStringLiteral("  ·  ") + tr("labelled %1").arg(displayClassName(change.label));
        auto* item = new QListWidgetItem(text, m_files);
        item->setData(FileRole, change.file);
        item->setToolTip(QDir::toNativeSeparators(change.path));
    }
    m_files->setCurrentRow(m_files->count() > 0 ? 0 : -1);
}

} // namespace ir::ui
