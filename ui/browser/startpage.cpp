#include "browser/startpage.h"

#include "style/icons.h"
#include "support/formatting.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace ir::ui {

namespace {

constexpr int kColumn = 480;

QLabel* label(QWidget* parent, const QString& text, const char* property, const char* value)
{
    auto* made = new QLabel(text, parent);
    made->setProperty(property, QLatin1String(value));
    made->setWordWrap(true);
    return made;
}

/// The user's home as "~", as people write it.
QString shortPath(const QString& path)
{
    const QString home = QDir::homePath();
    return path.startsWith(home + u'/') ? u'~' + path.mid(home.size()) : path;
}

} // namespace

StartPage::StartPage(QWidget* parent)
    : QWidget(parent), m_sample(new QPushButton(tr("Try the sample archive"), this)),
      m_progressRow(new QWidget(this)), m_progress(new QProgressBar(m_progressRow)),
      m_progressText(new QLabel(m_progressRow)),
      m_recentTitle(label(this, tr("Recent folders"), "type", "section")),
      m_recent(new QVBoxLayout)
{
    setObjectName(QStringLiteral("startPage"));
    setAttribute(Qt::WA_StyledBackground);

    auto* logo = new QLabel(this);
    logo->setFixedHeight(64);
    logo->setPixmap(QIcon(QStringLiteral(":/icons/app.svg")).pixmap(QSize(64, 64), devicePixelRatioF()));
    auto* open = new QPushButton(tr("Open folder…"), this);
    open->setObjectName(QStringLiteral("openButton"));
    open->setIcon(icon(QStringLiteral("folder-open"), Role::OnAccent));
    open->setDefault(true);
    connect(open, &QPushButton::clicked, this, &StartPage::openRequested);
    m_sample->setObjectName(QStringLiteral("sampleButton"));
    m_sample->setIcon(icon(QStringLiteral("sample")));
    connect(m_sample, &QPushButton::clicked, this, &StartPage::sampleRequested);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(open);
    buttons->addWidget(m_sample);
    buttons->addStretch(1);

    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Making the sample archive"));
    m_progressText->setProperty("tone", QStringLiteral("dim"));
    auto* cancel = new QPushButton(tr("Cancel"), m_progressRow);
    cancel->setObjectName(QStringLiteral("sampleCancel"));
    connect(cancel, &QPushButton::clicked, this, &StartPage::sampleCancelled);
    auto* progress = new QHBoxLayout(m_progressRow);
    progress->setContentsMargins(0, 0, 0, 0);
    progress->setSpacing(12);
    progress->addWidget(m_progress, 1);
    progress->addWidget(m_progressText);
    progress->addWidget(cancel);

    auto* column = new QWidget(this);
    column->setFixedWidth(kColumn);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(logo);
    layout->addSpacing(8);
    layout->addWidget(label(column, tr("Imaging Router"), "type", "title"));
    layout->addWidget(label(column,
                            tr("Open a folder of X-rays, or drop one here. Each image is tagged with its "
                               "body part; you correct the tags and export sorted folders. Your files "
                               "are never changed."),
                            "tone", "dim"));
    layout->addSpacing(8);
    layout->addLayout(buttons);
    layout->addWidget(m_progressRow);
    layout->addSpacing(16);
    layout->addWidget(m_recentTitle);
    m_recent->setSpacing(0);
    layout->addLayout(m_recent);

    // Stretches, not an alignment: the texts' heights depend on their width.
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(column);
    row->addStretch(1);
    auto* page = new QVBoxLayout(this);
    page->addStretch(2);
    page->addLayout(row);
    page->addStretch(3);
    hideSampleProgress();
    setRecentFolders({});
}

void StartPage::setRecentFolders(const QStringList& folders)
{
    while (QLayoutItem* item = m_recent->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    m_recentTitle->setVisible(!folders.isEmpty());
    for (const QString& folder : folders) {
        const bool exists = QFileInfo::exists(folder);
        auto* row = new QWidget(this);
        auto* layout = new QHBoxLayout(row);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(4);
        auto* button = new QToolButton(row);
        button->setObjectName(QStringLiteral("recentFolder"));
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        button->setIcon(icon(QStringLiteral("folder"), Role::DimText));
        button->setIconSize(QSize(16, 16));
        const QString text = exists ? shortPath(folder) : tr("%1 (not there)").arg(shortPath(folder));
        button->setText(fontMetrics().elidedText(text, Qt::ElideMiddle, kColumn - 80));
        button->setToolTip(QDir::toNativeSeparators(folder));
        button->setEnabled(exists);
        connect(button, &QToolButton::clicked, this, [this, folder] { Q_EMIT folderChosen(folder); });
        auto* forget = new QToolButton(row);
        forget->setIcon(icon(QStringLiteral("cancel"), Role::DimText));
        forget->setIconSize(QSize(12, 12));
        forget->setToolTip(tr("Forget this folder (nothing is deleted)"));
        forget->setAccessibleName(tr("Forget %1").arg(text));
        connect(forget, &QToolButton::clicked, this,
                [this, folder] { Q_EMIT forgetRequested(folder); });
        layout->addWidget(button, 1);
        layout->addWidget(forget);
        m_recent->addWidget(row);
    }
}

void StartPage::showSampleProgress(int done, int total)
{
    m_progressRow->show();
    m_sample->setEnabled(false);
    m_progress->setRange(0, total);
    m_progress->setValue(done);
    m_progressText->setText(total > 0 ? tr("Drawing image %1 of %2")
                                            .arg(formatCount(qMin(done + 1, total)), formatCount(total))
                                      : tr("Drawing images…"));
}

void StartPage::hideSampleProgress()
{
    m_progressRow->hide();
    m_sample->setEnabled(true);
}

} // namespace ir::ui
