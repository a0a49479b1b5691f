#include "browser/statusstrip.h"

#include "style/icons.h"
#include "support/formatting.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

namespace ir::ui {

namespace {

constexpr int kMessageMs = 6000;
const QString kSeparator = QStringLiteral("  ·  ");

QLabel* dimLabel(QWidget* parent, const char* name)
{
    auto* label = new QLabel(parent);
    label->setObjectName(QLatin1String(name));
    label->setProperty("tone", QStringLiteral("dim"));
    label->setProperty("type", QStringLiteral("small"));
    return label;
}

QToolButton* iconButton(QWidget* parent, const char* name)
{
    auto* button = new QToolButton(parent);
    button->setObjectName(QLatin1String(name));
    button->setIconSize(QSize(16, 16));
    return button;
}

} // namespace

StatusStrip::StatusStrip(QWidget* parent)
    : QWidget(parent), m_counts(dimLabel(this, "statusCounts")), m_bar(new QProgressBar(this)),
      m_speed(dimLabel(this, "statusSpeed")), m_message(dimLabel(this, "statusMessage")),
      m_shown(dimLabel(this, "statusShown")), m_engine(dimLabel(this, "statusEngine")),
      m_pause(iconButton(this, "pauseButton")), m_cancel(iconButton(this, "cancelButton"))
{
    setObjectName(QStringLiteral("statusStrip"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(30);
    m_bar->setObjectName(QStringLiteral("statusBar"));
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(120);
    m_bar->setAccessibleName(tr("Tagging progress"));
    m_message->setProperty("tone", QString());
    m_message->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_cancel->setIcon(icon(QStringLiteral("cancel")));
    m_cancel->setToolTip(tr("Stop tagging (what is tagged stays)"));
    m_cancel->setAccessibleName(tr("Stop tagging"));

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 0, 12, 0);
    layout->setSpacing(12);
    layout->addWidget(m_counts);
    layout->addWidget(m_bar);
    layout->addWidget(m_speed);
    layout->addWidget(m_message, 1);
    layout->addWidget(m_shown);
    layout->addWidget(m_engine);
    layout->addWidget(m_pause);
    layout->addWidget(m_cancel);

    m_messageTimer.setSingleShot(true);
    connect(&m_messageTimer, &QTimer::timeout, m_message, &QLabel::clear);
    connect(m_pause, &QToolButton::clicked, this, [this] { Q_EMIT pauseToggled(!m_paused); });
    connect(m_cancel, &QToolButton::clicked, this, &StatusStrip::cancelRequested);
    clear();
}

void StatusStrip::clear()
{
    m_running = false;
    m_paused = false;
    for (QLabel* label : {m_counts, m_speed, m_message, m_shown, m_engine})
        label->clear();
    m_bar->hide();
    updateButtons();
}

void StatusStrip::showProgress(const ClassifyProgress& progress, qint64 tagged)
{
    m_running = true;
    m_paused = progress.paused;
    const qint64 decoded = progress.hasModel
                               ? tagged + qMax<qint64>(0, progress.decoded - progress.classified)
                               : progress.found - progress.toDo - progress.unreadable;
    QStringList counts{tr("%1 images").arg(formatCount(progress.found)),
                       tr("%1 decoded").arg(formatCount(decoded)),
                       tr("%1 tagged").arg(formatCount(tagged))};
    if (progress.unreadable > 0)
        counts << tr("%1 unreadable").arg(formatCount(progress.unreadable));
    m_counts->setText(counts.join(kSeparator));

    // While the scan goes on, the whole is not known.
    m_bar->show();
    m_bar->setRange(0, progress.scanFinished ? int(qMax<qint64>(1, progress.found)) : 0);
    m_bar->setValue(int(progress.found - progress.toDo));

    QStringList speed;
    if (progress.paused) {
        speed << tr("paused");
    } else {
        if (const QString rate = formatRate(progress.imagesPerSecond); !rate.isEmpty())
            speed << rate;
        if (progress.scanFinished)
            speed << formatTimeLeft(progress.secondsLeft);
        else
            speed << tr("looking for images…");
        speed.removeAll(QString());
    }
    m_speed->setText(speed.join(kSeparator));

    QStringList engine{progress.device, progress.hasModel ? progress.model : tr("no model")};
    engine.removeAll(QString());
    m_engine->setText(engine.join(kSeparator));
    updateButtons();
}

void StatusStrip::showFinished(bool cancelled)
{
    m_running = false;
    m_paused = false;
    m_bar->hide();
    m_speed->setText(cancelled ? tr("stopped") : QString());
    updateButtons();
}

void StatusStrip::showShown(int shown, int all, int selected)
{
    QStringList parts;
    if (selected > 1)
        parts << tr("%1 selected").arg(formatCount(selected));
    if (shown != all)
        parts << tr("%1 of %2 shown").arg(formatCount(shown), formatCount(all));
    m_shown->setText(parts.join(kSeparator));
}

void StatusStrip::showMessage(const QString& message)
{
    m_message->setText(message);
    m_message->setToolTip(message);
    m_messageTimer.start(kMessageMs);
}

QString StatusStrip::text() const { return m_counts->text(); }

void StatusStrip::updateButtons()
{
    m_pause->setVisible(m_running);
    m_cancel->setVisible(m_running);
    m_pause->setIcon(icon(m_paused ? QStringLiteral("play") : QStringLiteral("pause")));
    const QString name = m_paused ? tr("Resume tagging") : tr("Pause tagging");
    m_pause->setToolTip(name);
    m_pause->setAccessibleName(name);
}

} // namespace ir::ui
