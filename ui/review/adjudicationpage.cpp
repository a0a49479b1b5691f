#include "review/adjudicationpage.h"

#include "browser/emptystate.h"
#include "review/commentline.h"
#include "review/keybar.h"
#include "review/picturestore.h"
#include "review/readercolumn.h"
#include "review/reviewsession.h"
#include "support/formatting.h"

#include <QLineEdit>
#include <QProgressBar>
#include <QStackedWidget>

#include <algorithm>

namespace ir::ui {

namespace {

constexpr std::size_t kAhead = 6;

} // namespace

AdjudicationPage::AdjudicationPage(ReviewSession* session, const DisplayLoader& loader, QWidget* parent)
    : ImagePage(session, loader, tr("Conflicts that are decided"),
                tr("Comment on this conflict; Enter keeps it, Esc does not"), parent),
      m_first(new ReaderColumn(this)), m_second(new ReaderColumn(this))
{
    setObjectName(QStringLiteral("adjudicationPage"));
    m_canvas->setObjectName(QStringLiteral("adjudicationCanvas"));
    m_first->setObjectName(QStringLiteral("firstReading"));
    m_second->setObjectName(QStringLiteral("secondReading"));
    m_comment->edit()->setObjectName(QStringLiteral("adjudicationComment"));
    arrange(m_first, m_second);
    addKey(Qt::Key_Left, QStringLiteral("←"), tr("Previous"), [this] { step(-1); });
    addKey(Qt::Key_Right, QStringLiteral("→"), tr("Next"), [this] { step(1); });
    addKey(Qt::Key_C, tr("C"), tr("Comment"), [this] { beginComment(); });
    addKey(Qt::Key_Backspace, tr("Backspace"), tr("Decide the last one again"), [this] { goBack(); });
    connect(m_first, &ReaderColumn::labelClicked, this, &AdjudicationPage::chooseClass);
    connect(m_second, &ReaderColumn::labelClicked, this, &AdjudicationPage::chooseClass);
}

AdjudicationPage::~AdjudicationPage() = default;

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

void AdjudicationPage::chooseClass(const QString& name)
{
    if (!m_desk || !m_desk->current() || !isOnScreen(m_desk->current()->image))
        return;
    say(m_desk->decide(name.toStdString(), m_watch.seconds()), tr("Before: %1").arg(m_styles.of(name).display));
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
    if (m_desk && m_desk->current())
        m_comment->begin();
}

void AdjudicationPage::comment(const QString& text)
{
    if (m_desk)
        say(m_desk->comment(text.toStdString()), tr("Comment kept"));
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
    const auto remarks = remarksOn(m_session->project(), conflict.image);
    m_first->showReading(QString::fromStdString(conflict.readers[0]), 1, conflict.labels[0], m_styles, remarks);
    m_second->showReading(QString::fromStdString(conflict.readers[1]), 2, conflict.labels[1], m_styles, remarks);
    m_keys->markClass(QString::fromStdString(m_session->project().finalLabel(conflict.image).label));
    if (m_canvas->image() == conflict.image)
        return;
    QVector<ImageCanvas::Tag> tags;
    ReviewSight sight{false, true};
    if (const auto tag = modelTag(conflict.image)) {
        sight.model = true;
        tags.append(*tag);
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

} // namespace ir::ui
