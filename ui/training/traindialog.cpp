#include "training/traindialog.h"

#include "training/trainchoices.h"
#include "training/trainingjob.h"
#include "training/trainingview.h"

#include <QDir>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace ir::ui {

TrainDialog::TrainDialog(Settings& settings, QWidget* parent)
    : QDialog(parent), m_job(new TrainingJob(this)), m_choices(new TrainChoices(settings, this)),
      m_view(new TrainingView(m_job, this)), m_close(new QPushButton(tr("Close"), this)),
      m_train(new QPushButton(tr("Start training"), this)), m_adopt(new QPushButton(tr("Adopt"), this))
{
    setObjectName(QStringLiteral("trainDialog"));
    setWindowTitle(tr("Train a model"));
    setMinimumWidth(720);
    for (QPushButton* button : {m_close, m_adopt})
        button->setAutoDefault(false);
    m_train->setObjectName(QStringLiteral("trainStart"));
    m_train->setDefault(true);

    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_view->pauseButton());
    buttons->addStretch(1);
    buttons->addWidget(m_close);
    buttons->addWidget(m_adopt);
    buttons->addWidget(m_train);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 16, 24, 16);
    layout->setSpacing(12);
    layout->addWidget(m_choices);
    layout->addWidget(m_view, 1);
    layout->addLayout(buttons);

    connect(m_choices, &TrainChoices::changed, this, &TrainDialog::choicesChanged);
    connect(m_train, &QPushButton::clicked, this, &TrainDialog::start);
    connect(m_close, &QPushButton::clicked, this, &TrainDialog::reject);
    connect(m_adopt, &QPushButton::clicked, this, [this] {
        Q_EMIT adoptRequested(m_choices->output());
        accept();
    });
    connect(m_job, &TrainingJob::failed, this, [this](const QString& message) { showEnd(message, true); });
    connect(m_job, &TrainingJob::cancelled, this, [this] {
        const QString kept = tr("Stopped. The state after the last whole epoch is kept beside the weights, to go on from.");
        showEnd(m_choices->canGoOn() ? kept : tr("Stopped before the first epoch ended; nothing was written."), false);
    });
    connect(m_job, &TrainingJob::trained, this, [this](const std::shared_ptr<const TrainReport>& report) {
        showEnd(tr("Done: macro F1 %1 on the validation images after epoch %2. The weights are in %3.")
                    .arg(QString::number(report->validationMacroF1, 'f', 3))
                    .arg(report->bestEpoch)
                    .arg(QDir::toNativeSeparators(m_choices->output())),
                false);
        m_adopt->show();
        m_adopt->setFocus();
    });
    m_adopt->hide();
    setRunning(false);
    choicesChanged();
}

void TrainDialog::choicesChanged() { m_train->setEnabled(!m_job->isRunning() && m_choices->areComplete()); }

void TrainDialog::start()
{
    const auto options = m_choices->options();
    if (!options) {
        showEnd(QString::fromStdString(options.error().message), true);
        return;
    }
    m_choices->remember();
    m_adopt->hide();
    m_view->start(options->epochs);
    setRunning(true);
    m_job->train(*options);
}

void TrainDialog::setRunning(bool running)
{
    m_choices->setEnabled(!running);
    m_train->setEnabled(!running);
    m_close->setText(running ? tr("Stop") : tr("Close"));
}

void TrainDialog::showEnd(const QString& text, bool failed)
{
    setRunning(false);
    m_choices->refresh();
    m_view->end(text, failed);
}

void TrainDialog::reject()
{
    if (m_job->isRunning()) {
        m_view->stop();
        return;
    }
    QDialog::reject();
}

} // namespace ir::ui
