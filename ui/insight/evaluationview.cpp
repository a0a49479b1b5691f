#include "insight/evaluationview.h"

#include "review/confusionview.h"
#include "support/figuretable.h"
#include "support/formatting.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <cmath>
#include <numeric>
#include <optional>

namespace ir::ui {

namespace {

enum Column { Name, Recall, Precision, F1, Difference, Milliseconds, Parameters, Columns };

QString decimal(double value) { return QString::number(value, 'f', 3); }

QString withInterval(double value, const Interval& interval)
{
    return formatInterval(value, interval.low, interval.high);
}

/// "0", "−0.012".
QString signedDecimal(double value)
{
    const QString size = decimal(std::abs(value));
    return value < 0 ? u'−' + size : u'+' + size;
}

QScrollArea* scrolled(QWidget* content)
{
    auto* area = new QScrollArea(content->parentWidget());
    area->setWidgetResizable(true);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(content);
    return area;
}

/// The commonest confusion: (truth, answer); none where there is no error.
std::optional<std::pair<std::size_t, std::size_t>> worstCell(const ConfusionMatrix& matrix)
{
    std::optional<std::pair<std::size_t, std::size_t>> worst;
    std::uint64_t most = 0;
    for (std::size_t truth = 0; truth < matrix.classes(); ++truth)
        for (std::size_t answer = 0; answer < matrix.classes(); ++answer)
            if (truth != answer && matrix.at(truth, answer) > most) {
                most = matrix.at(truth, answer);
                worst = {truth, answer};
            }
    return worst;
}

PairTable tableOf(const ConfusionMatrix& matrix)
{
    PairTable table(matrix.classes());
    for (std::size_t truth = 0; truth < matrix.classes(); ++truth)
        for (std::size_t answer = 0; answer < matrix.classes(); ++answer)
            table.add(truth, answer, matrix.at(truth, answer));
    return table;
}

} // namespace

QString modelDisplayName(const std::string& model)
{
    const QString name = QString::fromStdString(model);
    return name.endsWith(QLatin1String(".safetensors")) ? QFileInfo(name).completeBaseName() : name;
}

EvaluationView::EvaluationView(DisplayLoader loader, QWidget* parent)
    : QWidget(parent), m_pictures(new PictureStore(std::move(loader), this)), m_models(new QTreeWidget(this))
{
    m_models->setObjectName(QStringLiteral("evaluationModels"));
    m_models->setAccessibleName(tr("Models"));
    m_models->setRootIsDecorated(false);
    m_models->setUniformRowHeights(true);
    m_models->setAllColumnsShowFocus(true);
    m_models->setHeaderLabels({tr("Model"), tr("Macro recall (95 %)"), tr("Macro precision (95 %)"),
                               tr("Macro F1 (95 %)"), tr("Against the best"), tr("Per image"), tr("Parameters")});
    for (int column = Recall; column < Columns; ++column)
        m_models->headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    m_models->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_models->header()->setStretchLastSection(false);
    m_models->header()->setSectionResizeMode(Name, QHeaderView::Stretch);
    m_sentence = new QLabel(this);
    m_sentence->setObjectName(QStringLiteral("evaluationSentence"));
    m_sentence->setWordWrap(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(m_models);
    layout->addWidget(m_sentence);
    layout->addWidget(buildFigures(), 3);
    layout->addWidget(buildImages(), 2);
    connect(m_models, &QTreeWidget::currentItemChanged, this, [this](const QTreeWidgetItem* item) {
        if (item)
            showModel(item->data(Name, Qt::UserRole).toULongLong());
    });
    connect(m_confusion, &ConfusionView::cellChosen, this, &EvaluationView::showCell);
    connect(m_grid, &PictureGrid::currentChanged, this, &EvaluationView::showFile);
    connect(m_grid, &PictureGrid::activated, this,
            [this](int tile) { Q_EMIT checkRequested(m_cellRows, std::size_t(tile)); });
}

QWidget* EvaluationView::buildFigures()
{
    auto* figures = new QWidget(this);
    m_confusion = new ConfusionView(figures);
    m_confusion->setObjectName(QStringLiteral("evaluationConfusion"));
    m_confusion->setAccessibleName(tr("Confusion matrix"));
    auto* tables = new QWidget(figures);
    m_perClass = new FigureTable(tables);
    m_perClass->setObjectName(QStringLiteral("evaluationClasses"));
    auto* column = new QVBoxLayout(tables);
    column->setContentsMargins(0, 0, 12, 0);
    column->addWidget(m_perClass);
    column->addStretch(1);
    auto* row = new QHBoxLayout(figures);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(24);
    row->addWidget(scrolled(m_confusion), 8);
    row->addWidget(scrolled(tables), 10);
    return figures;
}

QWidget* EvaluationView::buildImages()
{
    auto* images = new QWidget(this);
    m_cell = new QLabel(images);
    m_cell->setObjectName(QStringLiteral("evaluationCell"));
    m_cell->setProperty("tone", QStringLiteral("dim"));
    m_grid = new PictureGrid(m_pictures, images);
    m_grid->setObjectName(QStringLiteral("evaluationImages"));
    m_grid->setShape(7, 1);
    m_grid->setMinimumHeight(112);
    m_file = new QLabel(images);
    m_file->setObjectName(QStringLiteral("evaluationFile"));
    m_file->setProperty("tone", QStringLiteral("dim"));
    m_file->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* column = new QVBoxLayout(images);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_cell);
    column->addWidget(m_grid, 1);
    column->addWidget(m_file);
    return images;
}

void EvaluationView::showRun(std::shared_ptr<const ComparisonRun> run)
{
    m_run = std::move(run);
    m_pictures->clear(); // of another run's images
    fillModels();
}

void EvaluationView::fillModels()
{
    const Comparison& comparison = m_run->comparison;
    m_models->clear();
    for (std::size_t m = 0; m < comparison.models.size(); ++m) {
        const ComparedModel& model = comparison.models[m];
        const Figures& figures = model.summary.figures;
        const FigureIntervals& intervals = model.summary.intervals;
        auto* item = new QTreeWidgetItem(m_models);
        item->setData(Name, Qt::UserRole, qulonglong(m));
        item->setText(Name, modelDisplayName(model.name));
        item->setToolTip(Name, QString::fromStdString(model.info.path.string()));
        item->setText(Recall, withInterval(figures.macroRecall, intervals.macroRecall));
        item->setText(Precision, withInterval(figures.macroPrecision, intervals.macroPrecision));
        item->setText(F1, withInterval(figures.macroF1, intervals.macroF1));
        if (model.toBest) {
            item->setText(Difference, signedDecimal(model.toBest->difference));
            item->setToolTip(Difference, tr("Difference of macro F1 on the same images: with 95 % confidence between %1 and "
                                            "%2, p = %3 (paired bootstrap)")
                                             .arg(signedDecimal(model.toBest->interval.low),
                                                  signedDecimal(model.toBest->interval.high),
                                                  decimal(model.toBest->pValue)));
        } else if (comparison.models.size() > 1) {
            item->setText(Difference, tr("best"));
        }
        if (m_run->timedImages > 0) {
            item->setText(Milliseconds, tr("%1 ms").arg(model.time.singleMs, 0, 'f', 1));
            item->setToolTip(Milliseconds, tr("One image at a time, without decoding, on %1, mean of %2")
                                               .arg(QString::fromStdString(model.device),
                                                    formatCount(qint64(m_run->timedImages))));
        }
        item->setText(Parameters, formatCount(model.info.parameterCount));
        for (int column = Recall; column < Columns; ++column)
            item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    }
    // As high as its rows, up to seven: the rest of the window is for the model in hand.
    const auto rows = int(std::min<std::size_t>(comparison.models.size(), 7));
    m_models->setFixedHeight(m_models->header()->sizeHint().height() + rows * m_models->sizeHintForRow(0) + 4);
    m_models->setCurrentItem(m_models->topLevelItem(int(comparison.best)));
}

void EvaluationView::showModel(std::size_t model)
{
    m_model = model;
    const ComparedModel& one = m_run->comparison.models[model];
    const Summary& summary = one.summary;
    QStringList names;
    for (const std::string& name : one.info.classes)
        names << QString::fromStdString(name);
    m_styles = ClassStyles(names);

    const ConfusionMatrix& matrix = summary.matrix;
    std::uint64_t right = 0;
    for (std::size_t c = 0; c < matrix.classes(); ++c)
        right += matrix.at(c, c);
    QString text = tr("<b>%1</b>: %2 of %3 tagged as labelled; it asks for review of %4.")
                       .arg(modelDisplayName(one.name).toHtmlEscaped(), formatCount(qint64(right)),
                            formatImages(qint64(matrix.total())), formatCount(qint64(summary.needReview)));
    if (!summary.otherConfidences.empty())
        text += u' ' + tr("Of %1 with a label that is none of its classes it asks for review of %2.")
                           .arg(formatImages(qint64(summary.otherConfidences.size())),
                                formatCount(qint64(summary.othersNeedReview)));
    if (summary.unreadable > 0)
        text += u' ' + tr("%1 cannot be read.").arg(formatImages(qint64(summary.unreadable)));
    m_sentence->setText(text);

    std::vector<std::size_t> order(matrix.classes());
    std::iota(order.begin(), order.end(), 0);
    m_confusion->showTable(tableOf(matrix), tr("Label"), tr("Tag"), order, m_styles.all());
    m_perClass->clear();
    m_perClass->addHeader({tr("Class"), tr("Images"), tr("Recall"), tr("Precision"), tr("F1 (95 %)")});
    for (std::size_t c = 0; c < matrix.classes(); ++c) {
        const ClassFigures& figures = summary.figures.perClass[c];
        m_perClass->addTitle(m_styles.all().at(qsizetype(c)));
        m_perClass->addFigure(formatCount(qint64(figures.support)));
        m_perClass->addFigure(decimal(figures.recall));
        m_perClass->addFigure(decimal(figures.precision));
        m_perClass->addFigure(withInterval(figures.f1, summary.intervals.f1[c]));
    }
    m_cell->setText(matrix.total() == 0
                        ? tr("No label is one of this model's classes: there is nothing to compare with.")
                        : tr("Nothing is tagged otherwise than labelled. Click a cell of the table to see its images."));
    m_cellRows.clear();
    m_grid->setTiles({});
    m_file->clear();
    if (const auto worst = worstCell(matrix))
        m_confusion->chooseCell(worst->first, worst->second);
}

void EvaluationView::showCell(std::size_t truth, std::size_t answer)
{
    const Evaluation& evaluation = m_run->evaluations[m_model];
    QVector<PictureGrid::Tile> tiles;
    m_cellRows.clear();
    for (std::size_t i = 0; i < evaluation.rows.size(); ++i) {
        const Evaluation::Row& row = evaluation.rows[i];
        if (row.truth != truth || !row.prediction || std::size_t(row.prediction->classIndex) != answer)
            continue;
        m_cellRows.push_back(i);
        tiles.append({.image = ImageId(i + 1),
                      .path = QFile::decodeName(row.file.c_str()),
                      .chip = {},
                      .isMarked = row.prediction->needsReview,
                      .isCrossed = false,
                      .caption = formatPercent(row.prediction->confidence)});
    }
    const auto display = [this](std::size_t c) { return m_styles.all().at(qsizetype(c)).display; };
    m_cell->setText(tr("%1 labelled %2 and tagged %3; framed: it asks for review. Double-click one to check it.")
                        .arg(formatImages(tiles.size()), display(truth), display(answer)));
    m_grid->setTiles(tiles);
    showFile(m_grid->current());
}

void EvaluationView::showFile(int tile)
{
    m_file->setText(tile < 0 ? QString() : QDir::toNativeSeparators(m_grid->tiles().at(tile).path));
}

} // namespace ir::ui
