#include "review/labellingpage.h"

#include "browser/emptystate.h"
#include "review/adjudicationdesk.h"
#include "review/commentline.h"
#include "review/guidelinepane.h"
#include "review/imagecanvas.h"
#include "review/keybar.h"
#include "review/rounds.h"
#include "review/picturestore.h"
#include "review/readingpace.h"
#include "review/reviewsession.h"
#include "support/formatting.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace ir::ui {

namespace {

constexpr std::size_t kAhead = 11; ///< the present image and ten more

} // namespace

LabellingPage::LabellingPage(ReviewSession* session, const DisplayLoader& loader, QWidget* parent)
    : DeskPage(session, loader, tr("Images of the round that are done"), parent),
      m_canvas(new ImageCanvas(m_pictures, m_stack)), m_guideline(new GuidelinePane(loader, this)),
      m_comment(new CommentLine(tr("Comment on this image; Enter keeps it, Esc does not"), this))
{
    setObjectName(QStringLiteral("labellingPage"));
    m_canvas->setObjectName(QStringLiteral("labellingCanvas"));
    m_progress->setObjectName(QStringLiteral("roundProgress"));
    m_stack->addWidget(m_canvas);
    m_comment->setObjectName(QStringLiteral("reviewComment"));
    m_guideline->hide();
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_stack, 1);
    middle->addWidget(m_guideline);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_progress);
    column->addLayout(middle, 1);
    column->addWidget(m_comment);
    column->addWidget(m_keys);
    buildKeys();
    connect(m_canvas, &ImageCanvas::areaChanged, this, &LabellingPage::wish);
    connect(m_canvas, &ImageCanvas::painted, this, [this] { m_watch.restart(); });
    connect(m_comment, &CommentLine::kept, this, &LabellingPage::comment);
    connect(m_comment, &CommentLine::ended, this, [this] {
        if (isVisible())
            setFocus(Qt::OtherFocusReason);
    });
}

LabellingPage::~LabellingPage() = default;

void LabellingPage::buildKeys()
{
    connect(m_keys, &KeyBar::classClicked, this, &LabellingPage::label);
    const auto add = [this](const QString& key, const QString& text, void (LabellingPage::*what)()) {
        connect(m_keys->addKey(key, text), &QAbstractButton::clicked, this, what);
    };
    add(tr("U"), tr("Unsure"), &LabellingPage::unsure);
    add(tr("Space"), tr("Skip"), &LabellingPage::skip);
    add(tr("F"), tr("Flag"), &LabellingPage::flag);
    add(tr("C"), tr("Comment"), &LabellingPage::beginComment);
    add(tr("Backspace"), tr("Take back"), &LabellingPage::undo);
    add(tr("G"), tr("Guideline"), &LabellingPage::toggleGuideline);
}

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
    if (!m_desk || !m_desk->current() || m_canvas->image() != *m_desk->current() || !m_canvas->isPainted())
        return std::nullopt;
    return m_desk->current();
}

void LabellingPage::label(const QString& name)
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
    if (result)
        m_keys->showLast(tr("Before: %1").arg(what));
    else
        Q_EMIT problem(QString::fromStdString(result.error().message));
    showCurrent();
}

void LabellingPage::beginComment()
{
    if (!judged())
        return;
    m_comment->begin();
}

void LabellingPage::comment(const QString& text)
{
    const auto image = judged();
    if (!image)
        return;
    if (const auto result = m_desk->comment(*image, text.toStdString()); !result)
        Q_EMIT problem(QString::fromStdString(result.error().message));
    else
        m_keys->showLast(tr("Comment kept"));
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
    const FileSummary file = m_session->fileOf(image);
    if (!plan.rules.blindToModel && !file.predictedClass.isEmpty()) {
        sight.model = true;
        tags.append({tr("Model, %1").arg(formatPercent(double(file.confidence))), m_styles.of(file.predictedClass),
                     !file.needsReview});
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

bool LabellingPage::runKey(int key, Qt::KeyboardModifiers modifiers)
{
    if (modifiers == Qt::ControlModifier && key == Qt::Key_Z) {
        undo();
        return true;
    }
    if (const QString name = classOfKey(key, modifiers); !name.isEmpty()) {
        label(name);
        return true;
    }
    if (modifiers != Qt::NoModifier)
        return false;
    switch (key) {
    case Qt::Key_U:
        unsure();
        return true;
    case Qt::Key_Space:
        skip();
        return true;
    case Qt::Key_F:
        flag();
        return true;
    case Qt::Key_C:
        beginComment();
        return true;
    case Qt::Key_Backspace:
        undo();
        return true;
    case Qt::Key_G:
        toggleGuideline();
        return true;
    case Qt::Key_Escape:
        Q_EMIT left();
        return true;
    default:
        return false;
    }
}

} // namespace ir::ui
