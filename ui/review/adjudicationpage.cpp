#include "review/adjudicationpage.h"

#include "browser/emptystate.h"
#include "review/commentline.h"
#include "review/imagecanvas.h"
#include "review/keybar.h"
#include "review/picturestore.h"
#include "review/readercolumn.h"
#include "review/reviewsession.h"
#include "support/formatting.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace ir::ui {

namespace {

constexpr std::size_t kAhead = 6;

} // namespace

AdjudicationPage::AdjudicationPage(ReviewSession* session, const DisplayLoader& loader, QWidget* parent)
    : DeskPage(session, loader, tr("Conflicts that are decided"), parent), m_canvas(new ImageCanvas(m_pictures, m_stack)),
      m_first(new ReaderColumn(this)), m_second(new ReaderColumn(this)),
      m_comment(new CommentLine(tr("Comment on this conflict; Enter keeps it, Esc does not"), this))
{
    setObjectName(QStringLiteral("adjudicationPage"));
    m_canvas->setObjectName(QStringLiteral("adjudicationCanvas"));
    m_first->setObjectName(QStringLiteral("firstReading"));
    m_second->setObjectName(QStringLiteral("secondReading"));
    m_stack->addWidget(m_canvas);
    m_comment->setObjectName(QStringLiteral("adjudicationComment"));
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_first);
    middle->addWidget(m_stack, 1);
    middle->addWidget(m_second);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_progress);
    column->addLayout(middle, 1);
    column->addWidget(m_comment);
    column->addWidget(m_keys);
    buildKeys();
    connect(m_first, &ReaderColumn::labelClicked, this, &AdjudicationPage::decide);
    connect(m_second, &ReaderColumn::labelClicked, this, &AdjudicationPage::decide);
    connect(m_canvas, &ImageCanvas::areaChanged, this, &AdjudicationPage::wish);
    connect(m_canvas, &ImageCanvas::painted, this, [this] { m_watch.restart(); });
    connect(m_comment, &CommentLine::kept, this, &AdjudicationPage::comment);
    connect(m_comment, &CommentLine::ended, this, [this] {
        if (isVisible())
            setFocus(Qt::OtherFocusReason);
    });
}

AdjudicationPage::~AdjudicationPage() = default;

void AdjudicationPage::buildKeys()
{
    connect(m_keys, &KeyBar::classClicked, this, &AdjudicationPage::decide);
    connect(m_keys->addKey(QStringLiteral("←"), tr("Previous")), &QAbstractButton::clicked, this, [this] { step(-1); });
    connect(m_keys->addKey(QStringLiteral("→"), tr("Next")), &QAbstractButton::clicked, this, [this] { step(1); });
    connect(m_keys->addKey(tr("C"), tr("Comment")), &QAbstractButton::clicked, this, &AdjudicationPage::beginComment);
    connect(m_keys->addKey(tr("Backspace"), tr("Decide the last one again")), &QAbstractButton::clicked, this,
            &AdjudicationPage::goBack);
}

void AdjudicationPage::start(const QString& adjudicator)
{
    openProject();
    m_desk = std::make_unique<AdjudicationDesk>(m_session->project(), m_session->doer(), reviewNow,
                                                adjudicator.toStdString());
    m_comment->end();
    setFocus(Qt::OtherFocusReason);
    m_desk->advance();
    showCurrent();
}

void AdjudicationPage::stop()
{
    m_comment->end();
    m_desk.reset();
    m_canvas->showImage(0);
    m_pictures->clear();
}

void AdjudicationPage::decide(const QString& label)
{
    if (!m_desk || !m_desk->current() || m_canvas->image() != m_desk->current()->image || !m_canvas->isPainted())
        return;
    if (const auto done = m_desk->decide(label.toStdString(), m_watch.seconds()); !done)
        Q_EMIT problem(QString::fromStdString(done.error().message));
    else
        m_keys->showLast(tr("Before: %1").arg(m_styles.of(label).display));
    m_desk->advance();
    showCurrent();
}

void AdjudicationPage::step(int by)
{
    if (!m_desk)
        return;
    m_desk->step(by);
    showCurrent();
}

void AdjudicationPage::goBack()
{
    if (!m_desk)
        return;
    if (m_desk->back())
        m_keys->showLast(tr("Decided before; a key decides again"));
    else
        m_keys->showLast(tr("You decided nothing before this"));
    showCurrent();
}

void AdjudicationPage::beginComment()
{
    if (!m_desk || !m_desk->current())
        return;
    m_comment->begin();
}

void AdjudicationPage::comment(const QString& text)
{
    if (!m_desk)
        return;
    if (const auto done = m_desk->comment(text.toStdString()); !done)
        Q_EMIT problem(QString::fromStdString(done.error().message));
    else
        m_keys->showLast(tr("Comment kept"));
}

void AdjudicationPage::showCurrent()
{
    const std::size_t open = m_desk->open().size();
    if (!m_desk->current() && open > 0)
        m_desk->advance();
    const std::size_t decided = m_session->project().progress().adjudicated;
    m_progress->setRange(0, std::max(1, int(open + decided)));
    m_progress->setValue(int(decided));
    m_keys->showStatus(tr("%1 open, %2 decided").arg(formatCount(qint64(open)), formatCount(qint64(decided))));
    const auto conflict = m_desk->current();
    if (!conflict) {
        m_canvas->showImage(0);
        m_first->clear();
        m_second->clear();
        m_empty->showState(tr("No conflict is left for you"), tr("Backspace goes back to what you decided."),
                           tr("Back to the project"));
        m_stack->setCurrentWidget(m_empty);
        return;
    }
    m_stack->setCurrentWidget(m_canvas);
    showConflict(*conflict);
    wish();
}

void AdjudicationPage::showConflict(const ReviewConflict& conflict)
{
    const ReviewPlan& plan = m_session->project().plan();
    const auto remarks = remarksOn(m_session->project(), conflict.image);
    m_first->showReading(QString::fromStdString(conflict.readers[0]), 1, conflict.labels[0], m_styles, remarks);
    m_second->showReading(QString::fromStdString(conflict.readers[1]), 2, conflict.labels[1], m_styles, remarks);
    m_keys->markClass(QString::fromStdString(m_session->project().finalLabel(conflict.image).label));
    if (m_canvas->image() == conflict.image)
        return;
    QVector<ImageCanvas::Tag> tags;
    ReviewSight sight{false, true};
    const FileSummary file = m_session->fileOf(conflict.image);
    if (!plan.rules.blindToModel && !file.predictedClass.isEmpty()) {
        sight.model = true;
        tags.append({tr("Model, %1").arg(formatPercent(double(file.confidence))), m_styles.of(file.predictedClass),
                     !file.needsReview});
    }
    m_desk->setSight(sight);
    m_watch.reset();
    m_canvas->showImage(conflict.image, tags);
}

void AdjudicationPage::wish()
{
    if (!m_desk || !m_desk->current())
        return;
    QVector<PictureStore::Wish> wishes{{m_desk->current()->image, m_session->fileOf(m_desk->current()->image).path}};
    const auto open = m_desk->open();
    for (std::size_t i = 0; i < std::min(kAhead, open.size()); ++i)
        if (open[i].image != m_desk->current()->image)
            wishes.append({open[i].image, m_session->fileOf(open[i].image).path});
    m_pictures->want(wishes);
}

bool AdjudicationPage::runKey(int key, Qt::KeyboardModifiers modifiers)
{
    if (const QString name = classOfKey(key, modifiers); !name.isEmpty()) {
        decide(name);
        return true;
    }
    if (modifiers != Qt::NoModifier)
        return false;
    switch (key) {
    case Qt::Key_Left:
        step(-1);
        return true;
    case Qt::Key_Right:
        step(1);
        return true;
    case Qt::Key_C:
        beginComment();
        return true;
    case Qt::Key_Backspace:
        goBack();
        return true;
    case Qt::Key_Escape:
        Q_EMIT left();
        return true;
    default:
        return false;
    }
}

} // namespace ir::ui
