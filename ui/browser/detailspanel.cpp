#include "browser/detailspanel.h"

#include "browser/classchip.h"
#include "browser/factsview.h"
#include "browser/imagelistmodel.h"
#include "browser/probabilitybars.h"
#include "support/formatting.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>

namespace ir::ui {

/// The class's chip as the grid paints it.
class ClassChip : public QWidget
{
public:
    explicit ClassChip(QWidget* parent) : QWidget(parent)
    {
        setFixedSize(chipWidth(kHeight), kHeight);
    }

    void showFile(const FileSummary& file, const ClassStyles& styles)
    {
        m_style = styles.of(file.finalClass());
        m_certainty = certaintyOf(file);
        setVisible(!m_style.name.isEmpty());
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        paintClassChip(&painter, rect(), m_style, m_certainty);
    }

private:
    static constexpr int kHeight = 20;
    ClassStyle m_style;
    Certainty m_certainty = Certainty::Guess;
};

DetailsPanel::DetailsPanel(ImageListModel* images, ThumbnailProvider* thumbnails,
                           DisplayLoader loader, QWidget* parent)
    : QWidget(parent), m_images(images), m_splitter(new QSplitter(Qt::Vertical, this)),
      m_preview(new PreviewPane(thumbnails, std::move(loader), m_splitter)),
      m_chip(new ClassChip(this)), m_class(new QLabel(this)), m_state(new QLabel(this)), m_bars(new ProbabilityBars(this)),
      m_facts(new FactsView(this))
{
    setObjectName(QStringLiteral("detailsPanel"));
    setAttribute(Qt::WA_StyledBackground);
    setMinimumWidth(200);
    m_class->setObjectName(QStringLiteral("detailsClass"));
    m_class->setProperty("type", QStringLiteral("title"));
    m_class->setWordWrap(true); // a panel as narrow as it gets would cut what is below
    m_state->setObjectName(QStringLiteral("detailsState"));
    m_state->setProperty("tone", QStringLiteral("dim"));
    m_state->setProperty("type", QStringLiteral("small"));
    m_state->setWordWrap(true);

    auto* body = new QWidget(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* verdict = new QVBoxLayout;
    verdict->setContentsMargins(12, 12, 12, 4);
    verdict->setSpacing(4);
    auto* headline = new QHBoxLayout;
    headline->setSpacing(8);
    headline->addWidget(m_chip);
    headline->addWidget(m_class, 1);
    verdict->addLayout(headline);
    verdict->addWidget(m_state);
    verdict->addSpacing(4);
    verdict->addWidget(m_bars);
    column->addLayout(verdict);
    column->addWidget(m_facts, 1);

    auto* scroll = new QScrollArea(m_splitter);
    scroll->setObjectName(QStringLiteral("detailsScroll"));
    scroll->setAccessibleName(tr("Details"));
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->viewport()->setAutoFillBackground(false);
    body->setAutoFillBackground(false);
    scroll->setWidget(body);

    m_splitter->addWidget(m_preview);
    m_splitter->addWidget(scroll);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({300, 420});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);
    connect(m_preview, &PreviewPane::openRequested, this, &DetailsPanel::openRequested);
    clear();
}

void DetailsPanel::showFile(const FileSummary& file)
{
    if (file.id != m_file) {
        m_bars->clear();
        m_facts->clear();
    }
    m_file = file.id;
    m_preview->showFile(file);
    showHeadline(file);
}

void DetailsPanel::showDetails(const FileDetails& details)
{
    if (details.summary.id != m_file)
        return;
    m_bars->showDetails(details, m_images->classStyles());
    m_facts->showDetails(details, m_images->classStyles());
}

void DetailsPanel::showTraces(FileId file, const QVector<ReviewTrace>& traces)
{
    if (file == m_file)
        m_facts->showTraces(traces, m_images->classStyles());
}

void DetailsPanel::clear()
{
    m_file = 0;
    m_preview->clear();
    m_chip->hide();
    m_class->clear();
    m_state->clear();
    m_bars->clear();
    m_facts->clear();
}

void DetailsPanel::showHeadline(const FileSummary& file)
{
    const ClassStyles& styles = m_images->classStyles();
    const QString predicted = styles.of(file.predictedClass).display;
    const QString confidence = formatPercent(double(file.confidence));
    QString title = styles.of(file.finalClass()).display;
    QString state;
    if (file.status == FileStatus::Unreadable) {
        title = tr("unreadable");
        state = file.reason;
    } else if (file.isConfirmed()) {
        state = tr("confirmed; the model was %1 sure").arg(confidence);
    } else if (file.isCorrected()) {
        state = file.predictedClass.isEmpty()
                    ? tr("labelled by a person")
                    : tr("corrected; the model said %1, %2").arg(predicted, confidence);
    } else if (file.isLeftUntagged()) {
        title = tr("not tagged");
        state = tr("the header says %1, which is no radiograph").arg(file.modality);
    } else if (file.predictedClass.isEmpty()) {
        title = tr("not tagged yet");
    } else if (file.needsReview) {
        state = tr("needs review: the model abstains (%1)").arg(confidence);
    } else {
        state = tr("the model's guess, %1").arg(confidence);
    }
    m_chip->showFile(file, styles);
    m_class->setText(title);
    m_state->setText(state);
    m_state->setVisible(!state.isEmpty());
}

} // namespace ir::ui
