#include "training/trainingview.h"

#include "support/formatting.h"
#include "support/tone.h"
#include "training/trainingchart.h"
#include "training/trainingjob.h"

#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace ir::ui {

TrainingView::TrainingView(TrainingJob* job, QWidget* parent)
    : QWidget(parent), m_job(job), m_status(new QLabel(this)), m_bar(new QProgressBar(this)),
      m_chart(new TrainingChart(this)), m_sentence(new QLabel(this)), m_pause(new QPushButton(tr("Pause"), this))
{
    m_status->setObjectName(QStringLiteral("trainingStatus"));
    m_status->setWordWrap(true);
    m_sentence->setWordWrap(true);
    m_sentence->setProperty("tone", QStringLiteral("dim"));
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Training progress"));
    m_bar->hide();
    m_chart->hide(); // nothing to see before a start
    m_pause->setObjectName(QStringLiteral("trainingPause"));
    m_pause->setAutoDefault(false);
    m_pause->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(m_status);
    layout->addWidget(m_bar);
    layout->addWidget(m_chart, 1);
    layout->addWidget(m_sentence);

    connect(m_pause, &QPushButton::clicked, this, &TrainingView::togglePause);
    connect(job, &TrainingJob::progressed, this, &TrainingView::showProgress);
    connect(job, &TrainingJob::said, m_sentence, &QLabel::setText);
}

void TrainingView::start(int epochs)
{
    m_isStopping = false;
    m_pause->setText(tr("Pause"));
    m_pause->show();
    m_bar->setRange(0, 0);
    m_bar->show();
    m_chart->start(epochs);
    m_chart->show();
    m_sentence->clear();
    say(tr("Reading the images…"));
}

void TrainingView::stop()
{
    m_isStopping = true;
    say(tr("Stopping…"));
    m_job->setPaused(false);
    m_job->cancel();
}

void TrainingView::end(const QString& text, bool isProblem)
{
    m_pause->hide();
    m_bar->hide();
    m_sentence->clear();
    say(text, isProblem);
}

void TrainingView::say(const QString& text, bool isProblem)
{
    setTone(m_status, isProblem ? QStringLiteral("error") : QString());
    m_status->setText(text);
}

void TrainingView::togglePause()
{
    m_job->setPaused(!m_job->isPaused());
    m_pause->setText(m_job->isPaused() ? tr("Resume") : tr("Pause"));
    if (m_job->isPaused())
        say(tr("Paused"));
}

void TrainingView::showProgress(const TrainProgress& progress)
{
    if (m_job->isPaused() || m_isStopping)
        return;
    const double done = progress.epoch - 1 + double(progress.batch) / std::max(1, progress.batches);
    if (progress.epochDone)
        m_chart->addMacroF1(progress.epoch, progress.validationMacroF1);
    else
        m_chart->addLoss(done, progress.loss, progress.learningRate);
    m_bar->setRange(0, 1000);
    m_bar->setValue(int(1000 * done / std::max(1, progress.epochs)));
    say(tr("Epoch %1 of %2 · %3 images/s · %4")
            .arg(progress.epoch)
            .arg(progress.epochs)
            .arg(int(progress.imagesPerSecond + 0.5))
            .arg(formatTimeLeft(progress.secondsLeft)));
}

} // namespace ir::ui
