#include "review/labellingpage.h"

#include "browser/emptystate.h"
#include "review/adjudicationdesk.h"
#include "review/commentline.h"
#include "review/guidelinepane.h"
#include "review/keybar.h"
#include "review/rounds.h"
#include "review/picturestore.h"
#include "review/readingpace.h"
#include "review/reviewsession.h"
#include "support/formatting.h"

#include <QLineEdit>
#include <QProgressBar>
#include <QStackedWidget>

#include <algorithm>

namespace ir::ui {

namespace {

constexpr std::size_t kAhead = 11; ///< the present image and ten more

} // namespace

LabellingPage::LabellingPage(ReviewSession* session, const DisplayLoader& loader, QWidget* parent)
    : ImagePage(session, loader, tr("Images of the round that are done"),
                tr("Comment on this image; Enter keeps it, Esc does not"), parent),
      m_guideline(new GuidelinePane(loader, this))
{
    setObjectName(QStringLiteral("labellingPage"));
    m_canvas->setObjectName(QStringLiteral("labellingCanvas"));
    m_progress->setObjectName(QStringLiteral("roundProgress"));
    m_comment->edit()->setObjectName(QStringLiteral("reviewComment"));
    m_guideline->hide();
    arrange(nullptr, m_guideline);
    addKey(Qt::Key_U, tr("U"), tr("Unsure"), [this] { unsure(); });
    addKey(Qt::Key_Space, tr("Space"), tr("Skip"), [this] { skip(); });
    addKey(Qt::Key_F, tr("F"), tr("Flag"), [this] { flag(); });
    addKey(Qt::Key_C, tr("C"), tr("Comment"), [this] { beginComment(); });
    addKey(Qt::Key_Backspace, tr("Backspace"), tr("Take back"), [this] { undo(); });
    addKey(Qt::Key_G, tr("G"), tr("Guideline"), [this] { toggleGuideline(); });
    onKey(Qt::CTRL | Qt::Key_Z, [this] { undo(); });
}

LabellingPage::~LabellingPage() = default;

void LabellingPage::start(const QString& reader, int round)
{
    openProject();
    m_guideline->showGuideline(*m_session, m_styles);
    const auto doneBy = m_session->project().progress().doneBy;
    const bool isBeginner = !doneBy.contains(reader.toStdString());
    m_guideline->setVisible(!m_guideline->isEmpty() && (isBeginner || m_guideline->isVisibleTo(this)));
    m_desk = std::make_unique<ReadingDesk>(m_session->project(), m_session->doer(), reviewNow, reader.toStdString(),
                                           round);
    m_comment->end();
    setFocus(Qt::OtherFocusReason);
    showCurrent();
}

void LabellingPage::stop()
{
    m_comment->end();
    m_desk.reset();
    m_canvas->showImage(0);
    m_pictures->clear();
    m_watch.reset();
}

qint64 LabellingPage::image() const { return m_stack->currentWidget() == m_canvas ? m_canvas->image() : 0; }

/// What a key may judge: what is on the screen.
std::optional<std::int64_t> LabellingPage::judged() const
{
    if (!m_desk || !m_desk->current() || !isOnScreen(*m_desk->current()))
        return std::nullopt;
    return m_desk->current();
}

void LabellingPage::chooseClass(const QString& name)
{
    if (const auto image = judged())
        done(m_desk->label(*image, name.toStdString(), m_watch.seconds()), m_styles.of(name).display);
}

void LabellingPage::unsure()
{
    if (const auto image = judged())
        done(m_desk->unsure(*image, m_watch.seconds()), tr("unsure"));
}

void LabellingPage::skip()
{
    if (const auto image = judged())
        done(m_desk->skip(*image, m_watch.seconds()), tr("skipped"));
}

void LabellingPage::flag()
{
    const auto image = judged();
    if (!image)
        return;
    if (const auto result = m_desk->flag(*image); !result)
        Q_EMIT problem(QString::fromStdString(result.error().message));
    else
        m_canvas->setFlagged(true);
}

void LabellingPage::undo()
{
    if (!m_desk || !m_desk->undoable())
        return;
    const auto undone = *m_desk->undoable();
    const QString what = undone.act == ReviewAct::Label ? m_styles.of(QString::fromStdString(undone.label)).display
                         : undone.act == ReviewAct::Unsure ? tr("unsure")
                                                           : tr("skipped");
    if (const auto result = m_desk->undo(); !result) {
        Q_EMIT problem(QString::fromStdString(result.error().message));
        return;
    }
    m_keys->showLast(tr("Taken back: %1").arg(what));
    showCurrent();
}

void LabellingPage::done(const Result<void>& result, const QString& what)
{
    say(result, tr("Before: %1").arg(what));
    showCurrent();
}

void LabellingPage::beginComment()
{
    if (judged())
        m_comment->begin();
}

void LabellingPage::comment(const QString& text)
{
    if (const auto image = judged())
        say(m_desk->comment(*image, text.toStdString()), tr("Comment kept"));
}

void LabellingPage::toggleGuideline()
{
    if (m_guideline->isEmpty())
        m_keys->showLast(tr("The project has no guideline"));
    else
        m_guideline->setVisible(!m_guideline->isVisible());
}

void LabellingPage::showCurrent()
{
    if (const auto result = m_desk->advance(); !result)
        Q_EMIT problem(QString::fromStdString(result.error().message));
    updateProgress();
    if (!m_desk->current()) {
        showNothing();
        return;
    }
    m_stack->setCurrentWidget(m_canvas);
    if (m_canvas->image() != *m_desk->current())
        showPicture();
    wish();
}

void LabellingPage::showPicture()
{
    const std::int64_t image = *m_desk->current();
    const ReviewPlan& plan = m_session->project().plan();
    QVector<ImageCanvas::Tag> tags;
    ReviewSight sight;
    if (const auto tag = modelTag(image)) {
        sight.model = true;
        tags.append(*tag);
    }
    const ReviewReading first = m_session->project().reading(image, 1);
    if (m_desk->round() == 2 && !plan.rules.blindToFirst && first.stand == ReviewReading::Stand::Labelled) {
        sight.labels = true;
        tags.append({QString::fromStdString(first.reader), m_styles.of(QString::fromStdString(first.label)), true});
    }
    m_desk->setSight(sight);
    m_watch.reset();
    m_canvas->showImage(image, tags);
    const auto remarks = remarksOn(m_session->project(), image);
    m_canvas->setFlagged(std::ranges::any_of(remarks, [&](const ReviewEvent& remark) {
        return remark.act == ReviewAct::Flag && remark.reader == m_desk->reader();
    }));
}

void LabellingPage::showNothing()
{
    m_canvas->showImage(0);
    const int round = m_desk->round();
    const ReadingPace pace = paceOf(m_session->project(), m_desk->reader(), round, reviewNow());
    if (pace.done >= pace.wanted)
        m_empty->showState(round == repeatRound ? tr("The repeats are done") : tr("Round %1 is done").arg(round),
                           tr("All %1 images have their label.").arg(formatCount(qint64(pace.wanted))),
                           tr("Back to the project"));
    else
        m_empty->showState(tr("Nothing for you at present"), whatIsLeft(round), tr("Back to the project"));
    m_stack->setCurrentWidget(m_empty);
}

void LabellingPage::wish()
{
    if (!m_desk || !m_desk->current())
        return;
    QVector<PictureStore::Wish> wishes;
    for (const std::int64_t image : m_desk->ahead(kAhead))
        wishes.append({image, m_session->fileOf(image).path});
    m_pictures->want(wishes);
}

void LabellingPage::updateProgress()
{
    const ReadingPace pace = paceOf(m_session->project(), m_desk->reader(), m_desk->round(), reviewNow());
    m_progress->setRange(0, std::max(1, int(pace.wanted)));
    m_progress->setValue(int(pace.done));
    QStringList parts{tr("%1 of %2").arg(formatCount(qint64(pace.done)), formatCount(qint64(pace.wanted)))};
    if (pace.secondsEach > 0)
        parts << tr("%1 s an image").arg(QString::number(pace.secondsEach, 'f', 1))
              << formatTimeLeft(pace.secondsEach * double(pace.left));
    m_keys->showStatus(parts.join(QStringLiteral(" · ")));
}

} // namespace ir::ui
