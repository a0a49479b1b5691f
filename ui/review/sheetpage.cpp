#include "review/sheetpage.h"

#include "browser/emptystate.h"
#include "review/keybar.h"
#include "review/picturegrid.h"
#include "review/readingpace.h"
#include "review/reviewsession.h"
#include "support/formatting.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QProgressBar>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace ir::ui {

SheetPage::SheetPage(ReviewSession* session, const DisplayLoader& loader, QWidget* parent)
    : DeskPage(session, loader, tr("Images of the round that are done"), parent), m_presumed(new QComboBox(this)),
      m_hint(new QLabel(this)), m_grid(new PictureGrid(m_pictures, m_stack))
{
    setObjectName(QStringLiteral("sheetPage"));
    m_grid->setObjectName(QStringLiteral("sheetGrid"));
    m_grid->setShape(columns, rows);
    m_grid->installEventFilter(this);
    m_presumed->setObjectName(QStringLiteral("sheetPresumed"));
    m_presumed->setAccessibleName(tr("Class of the whole sheet"));
    m_presumed->setFocusPolicy(Qt::ClickFocus);
    m_presumed->setMinimumWidth(160);
    m_stack->addWidget(m_grid);
    auto* bar = new QFrame(this);
    bar->setObjectName(QStringLiteral("sheetBar"));
    auto* question = new QHBoxLayout(bar);
    question->setContentsMargins(12, 8, 12, 8);
    question->setSpacing(8);
    question->addWidget(new QLabel(tr("All of these are"), bar));
    question->addWidget(m_presumed);
    m_hint->setProperty("tone", QStringLiteral("dim"));
    question->addWidget(m_hint);
    question->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_progress);
    column->addWidget(bar);
    column->addWidget(m_stack, 1);
    column->addWidget(m_keys);
    addKey(Qt::Key_Space, tr("Space"), tr("Exception"), [this] { toggle(m_grid->current()); });
    addKey(Qt::Key_U, tr("U"), tr("Unsure"), [this] { except({{}, true}); });
    addKey(Qt::Key_Return, tr("Enter"), tr("Label the sheet"), [this] { accept(); });
    onKey(Qt::Key_Enter, [this] { accept(); });
    addKey(Qt::Key_Backspace, tr("Backspace"), tr("Take the sheet back"), [this] { undo(); });
    m_keys->addKey(tr("Ctrl+1 … 9"), tr("Class of all"))->setEnabled(false);
    connect(m_presumed, &QComboBox::activated, this, [this] {
        presumedChanged();
        m_grid->setFocus(Qt::OtherFocusReason);
    });
    connect(m_grid, &PictureGrid::toggled, this, &SheetPage::toggle);
}

SheetPage::~SheetPage() = default;

void SheetPage::start(const QString& reader, int round)
{
    openProject();
    m_presumed->clear();
    for (const ClassStyle& style : m_styles.all())
        m_presumed->addItem(style.display, style.name);
    m_before.clear();
    m_exceptions.clear();
    m_desk = std::make_unique<ReadingDesk>(m_session->project(), m_session->doer(), reviewNow, reader.toStdString(),
                                           round);
    const bool isSorted = !m_session->project().plan().rules.blindToModel;
    m_desk->setSight({isSorted, false});
    m_hint->setText(isSorted ? tr("so says the model; click what is not, or give it its class; then Enter")
                             : tr("click what is not, or give it its class; then Enter"));
    m_sheet.clear();
    for (int i = 0; i < m_presumed->count() && m_sheet.empty(); ++i) { // the first class that has something to do
        m_presumed->setCurrentIndex(i);
        nextSheet();
    }
    m_grid->setFocus(Qt::OtherFocusReason);
}

void SheetPage::stop()
{
    m_desk.reset();
    m_grid->setTiles({});
    m_pictures->clear();
}

void SheetPage::chooseClass(const QString& name) { except({name, false}); }

void SheetPage::chooseClassOfAll(const QString& name)
{
    m_presumed->setCurrentIndex(std::max(0, m_presumed->findData(name)));
    presumedChanged();
}

void SheetPage::presumedChanged()
{
    if (!m_session->project().plan().rules.blindToModel)
        m_sheet.clear(); // those of the other class; what is in hand stays so until its class is chosen again
    m_sheet.empty() ? nextSheet() : showSheet();
}

void SheetPage::toggle(int index)
{
    if (index < 0 || !m_desk)
        return;
    const ImageId image = m_grid->tiles().at(index).image;
    if (m_exceptions.remove(image) == 0)
        m_exceptions.insert(image, {});
    showTile(index);
}

void SheetPage::except(const Exception& exception)
{
    const int index = m_grid->current();
    if (index < 0 || !m_desk)
        return;
    const ImageId image = m_grid->tiles().at(index).image;
    if (exception.label == m_presumed->currentData().toString() && !exception.isUnsure)
        m_exceptions.remove(image);
    else
        m_exceptions.insert(image, exception);
    showTile(index);
}

void SheetPage::accept()
{
    if (!m_desk || m_sheet.empty() || !m_grid->isPainted())
        return;
    const std::string presumed = m_presumed->currentData().toString().toStdString();
    const double seconds = m_watch.seconds() / double(m_sheet.size());
    m_before.clear();
    std::size_t accepted = 0;
    for (const std::int64_t image : m_sheet) {
        Result<void> done;
        const auto exception = m_exceptions.constFind(image);
        if (exception == m_exceptions.cend())
            done = m_desk->label(image, presumed, seconds);
        else if (exception->isUnsure)
            done = m_desk->unsure(image, seconds);
        else if (exception->label.isEmpty())
            done = m_desk->skip(image, seconds);
        else
            done = m_desk->label(image, exception->label.toStdString(), seconds);
        if (!done) {
            Q_EMIT problem(QString::fromStdString(done.error().message));
            break;
        }
        accepted += exception == m_exceptions.cend() ? 1 : 0;
        m_before.push_back(image);
    }
    m_keys->showLast(tr("Before: %1 %2, %3 exceptions")
                         .arg(formatCount(qint64(accepted)), m_presumed->currentText(),
                              formatCount(qint64(m_before.size() - accepted))));
    m_exceptions.clear();
    nextSheet();
}

void SheetPage::undo()
{
    if (!m_desk)
        return;
    if (m_before.empty()) {
        m_keys->showLast(tr("There is no sheet to take back"));
        return;
    }
    for (std::size_t i = m_before.size(); i > 0; --i)
        if (const auto done = m_desk->undo(); !done) {
            Q_EMIT problem(QString::fromStdString(done.error().message));
            break;
        }
    m_sheet = std::exchange(m_before, {});
    m_keys->showLast(tr("Taken back: %1 images").arg(formatCount(qint64(m_sheet.size()))));
    showSheet();
}

void SheetPage::nextSheet()
{
    const auto isOurs = [this](std::int64_t image) {
        const ReviewReading reading = m_session->project().reading(image, m_desk->round());
        return reading.stand == ReviewReading::Stand::Taken && reading.reader == m_desk->reader();
    };
    if (!m_sheet.empty() && std::ranges::all_of(m_sheet, isOurs)) {
        updateProgress();
        return; // others did something else
    }
    m_exceptions.clear();
    auto sheet = m_desk->takeSheet(std::size_t(columns * rows), [this](std::int64_t image) { return isPresumed(image); });
    if (!sheet) {
        Q_EMIT problem(QString::fromStdString(sheet.error().message));
        sheet = std::vector<std::int64_t>();
    }
    m_sheet = std::move(*sheet);
    showSheet();
}

/// Where readers may see what the model says, a sheet has what it says is of the presumed class.
bool SheetPage::isPresumed(std::int64_t image) const
{
    return m_session->project().plan().rules.blindToModel
           || m_session->fileOf(image).predictedClass == m_presumed->currentData().toString();
}

void SheetPage::showSheet()
{
    updateProgress();
    if (m_sheet.empty()) {
        m_grid->setTiles({});
        m_empty->showState(tr("Nothing for you at present"),
                           m_session->project().plan().rules.blindToModel
                               ? tr("The round is done, or what is left is in another reader's hands.")
                               : tr("Nothing is left of this class. Ctrl+1 … 9 shows another."),
                           tr("Back to the project"));
        m_stack->setCurrentWidget(m_empty);
        setFocus(Qt::OtherFocusReason); // the keys go on
        return;
    }
    m_stack->setCurrentWidget(m_grid);
    m_grid->setFocus(Qt::OtherFocusReason);
    QVector<PictureGrid::Tile> tiles;
    for (const std::int64_t image : m_sheet)
        tiles.append({image, m_session->fileOf(image).path, {}, false, false, {}});
    QVector<PictureStore::Wish> ahead;
    for (const std::int64_t image :
         m_session->project().ahead(m_desk->reader(), m_desk->round(), 2 * m_sheet.size(), reviewNow()))
        if (std::ranges::find(m_sheet, image) == m_sheet.end() && isPresumed(image))
            ahead.append({image, m_session->fileOf(image).path});
    m_grid->setTiles(tiles, ahead);
    for (int index = 0; index < tiles.size(); ++index)
        showTile(index);
    m_watch.restart();
}

void SheetPage::showTile(int index)
{
    PictureGrid::Tile tile = m_grid->tiles().at(index);
    const auto exception = m_exceptions.constFind(tile.image);
    const bool isException = exception != m_exceptions.cend();
    tile.chip.reset();
    tile.caption.clear();
    if (!isException)
        tile.chip = m_styles.of(m_presumed->currentData().toString());
    else if (!exception->label.isEmpty())
        tile.chip = m_styles.of(exception->label);
    else
        tile.caption = exception->isUnsure ? tr("unsure") : tr("later");
    tile.isMarked = isException;
    tile.isCrossed = isException && exception->label.isEmpty();
    m_grid->setTile(index, tile);
}

void SheetPage::updateProgress()
{
    const ReadingPace pace = paceOf(m_session->project(), m_desk->reader(), m_desk->round(), reviewNow());
    m_progress->setRange(0, std::max(1, int(pace.wanted)));
    m_progress->setValue(int(pace.done));
    m_keys->showStatus(tr("%1 of %2").arg(formatCount(qint64(pace.done)), formatCount(qint64(pace.wanted))));
}

bool SheetPage::eventFilter(QObject* object, QEvent* event)
{
    if (object != m_grid || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(object, event);
    return runKey(static_cast<QKeyEvent*>(event));
}

} // namespace ir::ui
