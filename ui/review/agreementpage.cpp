#include "review/agreementpage.h"

#include "browser/emptystate.h"
#include "review/agreementtables.h"
#include "review/cellimages.h"
#include "review/confusionview.h"
#include "review/driftchart.h"
#include "review/picturegrid.h"
#include "review/reviewsession.h"
#include "support/formatting.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace ir::ui {

namespace {

constexpr int kSideWidth = 288;
constexpr std::size_t kLeastOfAPoint = 20; ///< images; fewer make kappa jump about
constexpr std::size_t kMostPoints = 20;

/// Two dozen classes need more room than a window has.
QScrollArea* scrolled(QWidget* content)
{
    auto* area = new QScrollArea(content->parentWidget());
    area->setWidgetResizable(true);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(content);
    content->setAutoFillBackground(false);
    area->viewport()->setAutoFillBackground(false);
    return area;
}

} // namespace

/// All that the page shows, computed at once.
struct AgreementPage::Figures
{
    /// Two readers, or one reader in two rounds.
    struct Comparison
    {
        LabelSide first;
        LabelSide second;
        const PairAgreement* agreement = nullptr;
    };

    LabelSet set;
    Agreement agreement;
    std::vector<Comparison> comparisons;
    std::vector<std::size_t> order; ///< classes of the set as the project has them
    std::vector<DriftPoint> drift;
    std::size_t imagesOfAPoint = kLeastOfAPoint;
};

AgreementPage::AgreementPage(ReviewSession* session, const DisplayLoader& loader, QWidget* parent)
    : QWidget(parent), m_session(session), m_pictures(new PictureStore(loader, this)),
      m_stack(new QStackedWidget(this)), m_empty(new EmptyState(m_stack))
{
    setObjectName(QStringLiteral("agreementPage"));
    m_worker.setMaxThreadCount(1);
    auto* content = new QWidget(m_stack);
    auto* columns = new QHBoxLayout(content);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(0);
    columns->addWidget(buildSide());
    columns->addWidget(buildMain(), 1);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(content);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    connect(m_empty, &EmptyState::actionRequested, this, &AgreementPage::left);
}

AgreementPage::~AgreementPage() { m_worker.waitForDone(); }

QWidget* AgreementPage::buildSide()
{
    auto* side = new QWidget(this);
    side->setObjectName(QStringLiteral("reviewSide"));
    side->setAttribute(Qt::WA_StyledBackground);
    side->setFixedWidth(kSideWidth);
    auto* back = new QPushButton(tr("Back to the project"), side);
    back->setObjectName(QStringLiteral("agreementBack"));
    auto* title = new QLabel(tr("Comparisons"), side);
    title->setProperty("type", QStringLiteral("section"));
    m_comparisons = new QListWidget(side);
    m_comparisons->setObjectName(QStringLiteral("comparisons"));
    m_comparisons->setAccessibleName(tr("Comparisons"));
    m_comparisons->setFrameShape(QFrame::NoFrame);
    m_comparisons->setWordWrap(true);
    m_overall = new FigureTable(side);
    m_overall->setObjectName(QStringLiteral("overallFigures"));
    auto* pad = new QVBoxLayout;
    pad->setContentsMargins(12, 12, 12, 4);
    pad->setSpacing(12);
    pad->addWidget(title);
    auto* foot = new QVBoxLayout;
    foot->setContentsMargins(12, 8, 12, 12);
    foot->setSpacing(16);
    foot->addWidget(m_overall);
    foot->addWidget(back);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(pad);
    column->addWidget(m_comparisons, 1);
    column->addLayout(foot);
    connect(back, &QPushButton::clicked, this, &AgreementPage::left);
    connect(m_comparisons, &QListWidget::currentRowChanged, this, &AgreementPage::showComparison);
    return side;
}

QWidget* AgreementPage::buildMain()
{
    auto* main = new QWidget(this);
    main->setObjectName(QStringLiteral("reviewBody"));
    main->setAttribute(Qt::WA_StyledBackground);
    m_title = new QLabel(main);
    m_title->setObjectName(QStringLiteral("comparisonTitle"));
    m_title->setProperty("type", QStringLiteral("title"));
    m_sentence = new QLabel(main);
    m_sentence->setObjectName(QStringLiteral("comparisonSentence"));
    m_sentence->setWordWrap(true);
    m_confusion = new ConfusionView(main);
    m_confusion->setObjectName(QStringLiteral("confusion"));
    m_perClass = new FigureTable(main);
    m_perClass->setObjectName(QStringLiteral("perClassFigures"));
    m_cell = new QLabel(main);
    m_cell->setObjectName(QStringLiteral("cellTitle"));
    m_cell->setProperty("tone", QStringLiteral("dim"));
    m_grid = new PictureGrid(m_pictures, main);
    m_grid->setObjectName(QStringLiteral("cellImages"));
    m_grid->setShape(6, 1);
    auto* images = new QWidget(main);
    auto* imageColumn = new QVBoxLayout(images);
    imageColumn->setContentsMargins(0, 8, 0, 0);
    imageColumn->addWidget(m_cell);
    imageColumn->addWidget(m_grid, 1);
    m_drift = new DriftChart(main);
    m_drift->setObjectName(QStringLiteral("driftChart"));
    m_tabs = new QTabWidget(main);
    m_tabs->addTab(images, tr("Images of a cell"));
    m_tabs->addTab(m_drift, tr("Over time"));
    auto* top = new QHBoxLayout;
    top->setSpacing(24);
    top->addWidget(scrolled(m_confusion), 9);
    auto* figures = new QWidget(main);
    auto* table = new QVBoxLayout(figures);
    table->setContentsMargins(0, 0, 0, 0);
    table->addWidget(m_perClass);
    table->addStretch(1);
    top->addWidget(scrolled(figures), 10);
    auto* column = new QVBoxLayout(main);
    column->setContentsMargins(24, 16, 24, 16);
    column->setSpacing(12);
    column->addWidget(m_title);
    column->addWidget(m_sentence);
    column->addLayout(top, 3);
    column->addWidget(m_tabs, 2);
    connect(m_confusion, &ConfusionView::cellChosen, this, &AgreementPage::showCell);
    return main;
}

void AgreementPage::start()
{
    QStringList names;
    for (const std::string& name : m_session->project().plan().classes)
        names << QString::fromStdString(name);
    m_styles = ClassStyles(names);
    m_empty->showState(tr("Computing…"), {}, {});
    m_stack->setCurrentIndex(0);
    setFocus();
    const auto project = std::make_shared<const ReviewProject>(m_session->project());
    m_worker.start([this, project, request = ++m_request] {
        auto figures = std::make_shared<Figures>();
        auto set = project->labels();
        if (set) {
            figures->set = std::move(*set);
            figures->agreement = agreementOf(figures->set);
            for (const ReaderPair& pair : figures->agreement.pairs)
                figures->comparisons.push_back({{pair.readers[0], 0}, {pair.readers[1], 0}, &pair.agreement});
            for (const RepeatPair& pair : figures->agreement.repeats)
                figures->comparisons.push_back(
                    {{pair.reader, pair.rounds[0]}, {pair.reader, pair.rounds[1]}, &pair.agreement});
            std::erase_if(figures->comparisons,
                          [](const Figures::Comparison& one) { return one.agreement->confusion.total() == 0; });
            for (const std::string& name : project->plan().classes)
                if (const auto found = std::ranges::find(figures->set.classes, name);
                    found != figures->set.classes.end())
                    figures->order.push_back(std::size_t(found - figures->set.classes.begin()));
            const auto pairs = project->timedPairs();
            figures->imagesOfAPoint = std::max(kLeastOfAPoint, pairs.size() / kMostPoints);
            figures->drift = driftPerImages(pairs, project->plan().classes.size(), figures->imagesOfAPoint);
        }
        QMetaObject::invokeMethod(this, [this, figures, request] {
            if (request == m_request)
                show(figures);
        });
    });
}

void AgreementPage::stop()
{
    ++m_request;
    m_grid->setTiles({});
    m_pictures->clear();
}

QString AgreementPage::readerName(std::uint32_t reader) const
{
    return QString::fromStdString(m_figures->set.readers[reader]);
}

void AgreementPage::show(std::shared_ptr<const Figures> figures)
{
    m_figures = std::move(figures);
    if (m_figures->comparisons.empty()) {
        m_empty->showState(tr("Nothing to compare yet"), tr("No image has labels of two readers."),
                           tr("Back to the project"));
        return;
    }
    showOverall(*m_overall, m_figures->agreement);
    m_drift->showDrift(m_figures->drift,
                       tr("Kappa of round 1 and round 2 with its 95 % interval, each point %1 images in the order in "
                          "which they were done; dashed: share of equal labels")
                           .arg(formatCount(qint64(m_figures->imagesOfAPoint))));
    const QSignalBlocker blocker(m_comparisons);
    m_comparisons->clear();
    for (const Figures::Comparison& one : m_figures->comparisons) {
        const QString who = one.first.reader == one.second.reader
                                ? tr("%1, the same images again").arg(readerName(one.first.reader))
                                : tr("%1 and %2").arg(readerName(one.first.reader), readerName(one.second.reader));
        m_comparisons->addItem(who + u'\n' + tr("kappa %1").arg(formatCoefficient(one.agreement->kappa)));
    }
    m_comparisons->setCurrentRow(0);
    m_stack->setCurrentIndex(1);
    showComparison(0);
    m_comparisons->setFocus();
}

void AgreementPage::showComparison(int row)
{
    if (row < 0 || !m_figures)
        return;
    const Figures::Comparison& one = m_figures->comparisons[std::size_t(row)];
    const bool isRepeat = one.first.reader == one.second.reader;
    const QString first = isRepeat ? tr("%1, first").arg(readerName(one.first.reader)) : readerName(one.first.reader);
    const QString second = isRepeat ? tr("%1, again").arg(readerName(one.second.reader)) : readerName(one.second.reader);
    QVector<ClassStyle> styles;
    for (const std::size_t c : m_figures->order)
        styles.append(m_styles.of(QString::fromStdString(m_figures->set.classes[c])));
    const PairTable& table = one.agreement->confusion;
    m_title->setText(tr("Cohen's kappa %1").arg(formatCoefficient(one.agreement->kappa)));
    m_sentence->setText(tr("%1 of %2 labels are equal (%3).")
                            .arg(formatCount(qint64(table.agreed())), formatCount(qint64(table.total())),
                                 QString::number(100.0 * one.agreement->raw.value_or(0), 'f', 1) + tr(" %")));
    m_title->setToolTip(QString::fromStdString(one.agreement->kappa.reason));
    m_confusion->showTable(table, first, second, m_figures->order, styles);
    showPerClass(*m_perClass, *one.agreement, m_figures->order, styles);
    m_cell->setText(tr("Click a cell of the table to see its images."));
    m_grid->setTiles({});
}

void AgreementPage::showCell(std::size_t first, std::size_t second)
{
    const int row = m_comparisons->currentRow();
    if (row < 0)
        return;
    const Figures::Comparison& one = m_figures->comparisons[std::size_t(row)];
    const auto images = imagesOfCell(m_figures->set, one.first, one.second, std::uint32_t(first),
                                     std::uint32_t(second));
    QVector<PictureGrid::Tile> tiles;
    for (const std::uint32_t image : images) {
        const qint64 id = QString::fromStdString(m_figures->set.images[image]).toLongLong();
        tiles.append({id, m_session->fileOf(id).path, {}, false, false, {}});
    }
    const auto display = [this](std::size_t c) {
        return m_styles.of(QString::fromStdString(m_figures->set.classes[c])).display;
    };
    m_cell->setText(tr("%1 images: %2 says %3, %4 says %5")
                        .arg(formatCount(tiles.size()), readerName(one.first.reader), display(first),
                             readerName(one.second.reader), display(second)));
    m_tabs->setCurrentIndex(0);
    m_grid->setTiles(tiles);
}

void AgreementPage::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        Q_EMIT left();
    else
        QWidget::keyPressEvent(event);
}

} // namespace ir::ui
