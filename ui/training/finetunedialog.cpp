#include "training/finetunedialog.h"

#include "style/icons.h"
#include "support/formatting.h"
#include "support/tone.h"
#include "training/comparisonview.h"
#include "training/learningview.h"
#include "training/trainingjob.h"
#include "training/trainingview.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <set>

namespace ir::ui {

namespace {

QLabel* wrappedLabel(QWidget* parent, const char* name)
{
    auto* label = new QLabel(parent);
    label->setObjectName(QLatin1String(name));
    label->setWordWrap(true);
    return label;
}

QPushButton* button(QWidget* parent, const char* name, const QString& text)
{
    auto* result = new QPushButton(text, parent);
    result->setObjectName(QLatin1String(name));
    result->setAutoDefault(false);
    return result;
}

/// An area for `content` that scrolls where that is too tall.
QScrollArea* scrolling(QWidget* content, QWidget* parent)
{
    auto* scroll = new QScrollArea(parent);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* body = new QWidget(scroll);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 12, 0);
    column->addWidget(content);
    column->addStretch(1);
    scroll->setWidget(body);
    return scroll;
}

ClassStyles stylesOf(const ModelInfo& model)
{
    QStringList names;
    for (const std::string& name : model.classes)
        names << QString::fromStdString(name);
    return ClassStyles(names);
}

/// Groups that may be held out or learnt from.
std::size_t groupsIn(const CorrectionSet& set, const ModelInfo& model)
{
    std::set<std::string> groups;
    for (const FineTuneImage& image : set.images)
        if (std::ranges::find(model.classes, image.label) != model.classes.end())
            groups.insert(image.group.empty() ? image.path.string() : image.group);
    return groups.size();
}

} // namespace

FineTuneDialog::FineTuneDialog(const Catalog* catalog, const QString& folder, std::filesystem::path base,
                               QWidget* parent)
    : QDialog(parent), m_job(new TrainingJob(this)), m_pages(new QStackedWidget(this)),
      m_running(new TrainingView(m_job, m_pages)),
      m_notice(wrappedLabel(this, "fineTuneNotice")), m_close(button(this, "fineTuneClose", tr("Close"))),
      m_stop(button(this, "fineTuneStop", tr("Stop"))),
      m_discard(button(this, "fineTuneDiscard", tr("Discard"))),
      m_start(button(this, "fineTuneStart", tr("Start training"))),
      m_adopt(button(this, "fineTuneAdopt", tr("Adopt")))
{
    setObjectName(QStringLiteral("fineTuneDialog"));
    setWindowTitle(tr("Fine-tune on corrections"));
    setMinimumSize(880, 460); // the comparison in one view
    m_options.base = std::move(base);
    m_options.output = m_work.filePath(QStringLiteral("candidate.safetensors")).toStdString();
    m_pages->addWidget(buildOverview());
    m_pages->addWidget(m_running);
    m_pages->addWidget(buildResult());
    m_notice->hide();

    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_running->pauseButton());
    buttons->addStretch(1);
    for (QPushButton* one : {m_close, m_stop, m_discard, m_start, m_adopt})
        buttons->addWidget(one);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 16, 24, 16);
    layout->setSpacing(12);
    layout->addWidget(m_pages, 1);
    layout->addWidget(m_notice);
    layout->addLayout(buttons);

    connect(m_close, &QPushButton::clicked, this, &FineTuneDialog::reject);
    connect(m_discard, &QPushButton::clicked, this, &FineTuneDialog::reject);
    connect(m_start, &QPushButton::clicked, this, &FineTuneDialog::start);
    connect(m_stop, &QPushButton::clicked, this, [this] {
        m_stop->setEnabled(false);
        m_running->stop();
    });
    connect(m_adopt, &QPushButton::clicked, this, [this] {
        Q_EMIT adoptRequested(QString::fromStdString(m_options.output.string()));
        accept();
    });
    connect(m_job, &TrainingJob::fineTuned, this,
            [this](const std::shared_ptr<const FineTuneReport>& report) { showReport(*report); });
    connect(m_job, &TrainingJob::cancelled, this, [this] {
        setPage(Overview);
        showNotice(tr("Stopped. The model in use is as it was; the next training begins anew."), QString());
    });
    connect(m_job, &TrainingJob::failed, this, [this](const QString& message) {
        setPage(Overview);
        showProblem(message);
    });
    setPage(Overview);
    m_start->setEnabled(false);

    auto info = readModelInfo(m_options.base);
    if (!info) {
        showProblem(QString::fromStdString(info.error().message));
        return;
    }
    m_base = std::move(*info);
    read(catalog, folder);
}

FineTuneDialog::~FineTuneDialog() = default;

QWidget* FineTuneDialog::buildOverview()
{
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    m_summary = wrappedLabel(page, "fineTuneSummary");
    m_summary->setText(tr("Looking at the labels…"));
    m_readers = wrappedLabel(page, "fineTuneReaders");
    m_readers->setProperty("tone", QStringLiteral("dim"));
    m_learning = new LearningView(page);
    layout->addWidget(m_summary);
    layout->addWidget(scrolling(m_learning, page), 1);
    layout->addWidget(m_readers);
    return page;
}

QWidget* FineTuneDialog::buildResult()
{
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(16);
    m_verdict = wrappedLabel(page, "fineTuneVerdict");
    m_comparison = new ComparisonView(page);
    layout->addWidget(m_verdict);
    layout->addWidget(scrolling(m_comparison, page), 1);
    return page;
}

void FineTuneDialog::setPage(int page)
{
    m_pages->setCurrentIndex(page);
    m_close->setVisible(page == Overview);
    m_start->setVisible(page == Overview);
    m_running->pauseButton()->setVisible(page == Running);
    m_stop->setVisible(page == Running);
    m_discard->setVisible(page == Outcome);
    m_adopt->setVisible(page == Outcome);
    m_notice->hide();
    if (page == Overview)
        m_start->setDefault(true);
}

void FineTuneDialog::read(const Catalog* catalog, const QString& folder)
{
    m_reader = std::jthread([this, catalog, folder](const std::stop_token& stop) {
        auto set = correctionsOf(*catalog, folder, stop);
        auto shared = std::make_shared<Result<CorrectionSet>>(std::move(set));
        QMetaObject::invokeMethod(this, [this, shared, stop] {
            if (stop.stop_requested())
                return;
            if (*shared)
                showSet(**shared);
            else
                showProblem(QString::fromStdString(shared->error().message));
        });
    });
}

void FineTuneDialog::leaveCatalog()
{
    m_reader.request_stop();
    if (m_reader.joinable())
        m_reader.join();
}

void FineTuneDialog::showSet(const CorrectionSet& set)
{
    m_options.images = set.images;
    m_options.replay = set.replay;
    m_learning->showSet(set, stylesOf(m_base));
    const std::size_t groups = groupsIn(set, m_base);
    const QString model = QString::fromStdString(m_options.base.stem().string());
    if (set.images.empty()) {
        m_summary->setText(tr("Nobody has labelled an image yet. Correct some tags (keys 1 to 9) or confirm "
                              "them (Enter); %1 can learn from both.")
                               .arg(model));
        return;
    }
    QString text = tr("<b>%1</b> would learn from %2 labelled images: %3 corrected, %4 confirmed. A fifth of "
                      "the patients is held out to judge it by.")
                       .arg(model.toHtmlEscaped(), formatCount(qint64(set.images.size())),
                            formatCount(qint64(set.corrected())), formatCount(qint64(set.confirmed())));
    text += set.replay.empty()
                ? u' ' + tr("There are no other images from machines or folders it is mostly right on, so it may forget "
                             "some of what it knows.")
                : u' '
                      + tr("Up to %1 images nobody touched keep it from forgetting.")
                            .arg(formatCount(qint64(set.replay.size())));
    m_summary->setText(text);
    QStringList readers;
    for (const auto& [name, count] : set.countOfReader)
        readers << tr("%1 (%2)").arg(QString::fromStdString(name), formatCount(qint64(count)));
    QString who = tr("Labelled by %1.").arg(readers.join(QStringLiteral(", ")));
    if (set.missing > 0)
        who += u' ' + tr("%1 labelled images are no longer where they were and are left out.")
                          .arg(formatCount(qint64(set.missing)));
    m_readers->setText(who);
    if (groups < fewestGroups)
        showProblem(tr("Labels of at least %1 patients or studies are needed; there are %2.")
                        .arg(formatCount(qint64(fewestGroups)), formatCount(qint64(groups))));
    m_start->setEnabled(groups >= fewestGroups);
    m_start->setFocus();
}

void FineTuneDialog::start()
{
    setPage(Running);
    m_stop->setEnabled(true);
    m_running->start(m_options.epochs);
    m_job->fineTune(m_options);
}

void FineTuneDialog::showReport(const FineTuneReport& report)
{
    setPage(Outcome);
    m_verdict->setText(verdictOf(report));
    setTone(m_verdict, report.isWorse() ? QStringLiteral("error") : QString());
    m_comparison->showReport(report);
    QPushButton* wise = report.isWorse() ? m_discard : m_adopt;
    wise->setDefault(true);
    wise->setFocus();
}

void FineTuneDialog::showProblem(const QString& message)
{
    showNotice(message, QStringLiteral("error"));
}

void FineTuneDialog::showNotice(const QString& sentence, const QString& tone)
{
    m_notice->setText(sentence);
    setTone(m_notice, tone);
    m_notice->show();
}

void FineTuneDialog::reject()
{
    if (m_job->isRunning()) {
        m_stop->click();
        return;
    }
    QDialog::reject();
}

} // namespace ir::ui
