#include "review/setuppreview.h"

#include "style/classstyle.h"
#include "support/formatting.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace ir::ui {

namespace {

constexpr int kDelayMs = 250;
constexpr int kLine = 22;

} // namespace

/// A line with a bar for each class.
class ClassCounts : public QWidget
{
public:
    using QWidget::QWidget;

    void showCounts(std::vector<std::pair<ClassStyle, std::size_t>> counts)
    {
        m_counts = std::move(counts);
        QStringList spoken;
        for (const auto& [style, count] : m_counts)
            spoken << style.display + u' ' + formatCount(qint64(count));
        setAccessibleDescription(spoken.join(QStringLiteral(", ")));
        setFixedHeight(int(m_counts.size()) * kLine);
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        std::size_t most = 1;
        int nameWidth = 0;
        for (const auto& [style, count] : m_counts) {
            most = std::max(most, count);
            nameWidth = std::max(nameWidth, painter.fontMetrics().horizontalAdvance(style.display));
        }
        nameWidth = std::min(nameWidth, width() / 2);
        const int numberWidth = painter.fontMetrics().horizontalAdvance(formatCount(qint64(most)));
        int top = 0;
        for (const auto& [style, count] : m_counts) {
            painter.setPen(color(Role::Text));
            painter.drawText(QRect(0, top, nameWidth, kLine), Qt::AlignLeft | Qt::AlignVCenter,
                             painter.fontMetrics().elidedText(style.display, Qt::ElideRight, nameWidth));
            painter.drawText(QRect(width() - numberWidth, top, numberWidth, kLine), Qt::AlignRight | Qt::AlignVCenter,
                             formatCount(qint64(count)));
            const int room = width() - nameWidth - numberWidth - 24;
            const QRectF bar(nameWidth + 12, top + kLine / 2.0 - 3, room * double(count) / double(most), 6);
            painter.setPen(Qt::NoPen);
            painter.setBrush(style.letter.isEmpty() ? color(Role::DimText) : style.color());
            painter.drawRoundedRect(bar, 2, 2);
            top += kLine;
        }
    }

private:
    std::vector<std::pair<ClassStyle, std::size_t>> m_counts;
};

SetupPreview::SetupPreview(const Catalog& catalog, std::string modelId, QWidget* parent)
    : QFrame(parent), m_catalog(catalog), m_modelId(std::move(modelId)), m_images(new QLabel(this)),
      m_counts(new ClassCounts(this)), m_work(new QLabel(this)), m_refused(new QLabel(this)), m_note(new QLabel(this))
{
    setObjectName(QStringLiteral("setupPreview"));
    m_worker.setMaxThreadCount(1);
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelayMs);
    auto* title = new QLabel(tr("What results"), this);
    title->setProperty("type", QStringLiteral("section"));
    m_images->setObjectName(QStringLiteral("setupImages"));
    m_images->setProperty("type", QStringLiteral("title"));
    m_work->setObjectName(QStringLiteral("setupWork"));
    m_work->setWordWrap(true);
    m_refused->setObjectName(QStringLiteral("setupProblem"));
    m_refused->setProperty("tone", QStringLiteral("error"));
    m_refused->setWordWrap(true);
    m_note->setProperty("tone", QStringLiteral("dim"));
    m_note->setWordWrap(true);
    m_counts->setAccessibleName(tr("Images by the model's class"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(12);
    column->addWidget(title);
    column->addWidget(m_images);
    column->addWidget(m_counts);
    column->addWidget(m_work);
    column->addWidget(m_refused);
    column->addWidget(m_note);
    column->addStretch(1);
    connect(&m_delay, &QTimer::timeout, this, &SetupPreview::start);
}

SetupPreview::~SetupPreview() { m_worker.waitForDone(); }

void SetupPreview::showPlan(const ReviewPlan& plan)
{
    std::vector<ReviewImage> images = std::move(m_plan.images);
    m_plan = plan;
    m_refusal.clear();
    m_plan.images = std::move(images);
    showState();
}

void SetupPreview::showProblem(const QString& problem)
{
    m_refusal = problem;
    showState();
}

void SetupPreview::choose(const ReviewChoice& choice)
{
    m_choice = choice;
    m_refusal.clear();
    m_isChoosing = true;
    ++m_request;
    m_delay.start();
    showState();
}

void SetupPreview::start()
{
    m_worker.clear();
    m_worker.start([this, choice = m_choice, request = m_request] {
        const auto chosen = std::make_shared<Result<ChosenImages>>(chooseImages(m_catalog, choice, m_modelId));
        QMetaObject::invokeMethod(this, [this, chosen, request] {
            if (request == m_request)
                show(*chosen);
        });
    });
}

void SetupPreview::show(const Result<ChosenImages>& chosen)
{
    m_isChoosing = false;
    m_chosen = chosen ? *chosen : ChosenImages();
    m_problem = chosen ? QString() : QString::fromStdString(chosen.error().message);
    m_plan.images = m_chosen.images;
    QStringList names;
    for (const auto& [name, count] : m_chosen.countOf)
        names << name;
    const ClassStyles styles(names);
    std::vector<std::pair<ClassStyle, std::size_t>> counts;
    for (const auto& [name, count] : m_chosen.countOf) {
        ClassStyle style = name.isEmpty() ? ClassStyle() : styles.of(name);
        if (name.isEmpty())
            style.display = tr("not tagged");
        counts.emplace_back(style, count);
    }
    std::ranges::stable_sort(counts, std::ranges::greater(), [](const auto& one) { return one.second; });
    m_counts->showCounts(std::move(counts));
    showState();
}

void SetupPreview::showState()
{
    const std::size_t images = m_plan.images.size();
    QString problem = m_problem.isEmpty() ? m_refusal : m_problem;
    if (problem.isEmpty() && !m_isChoosing)
        if (const auto project = ReviewProject::create(m_plan); !project)
            problem = QString::fromStdString(project.error().message);
    if (m_isChoosing)
        m_images->setText(tr("Looking…"));
    else if (images == 1)
        m_images->setText(tr("1 image"));
    else if (m_choice.sample > 0 && m_problem.isEmpty())
        m_images->setText(tr("%1 of %2 images")
                              .arg(formatCount(qint64(images)), formatCount(qint64(m_chosen.available))));
    else
        m_images->setText(tr("%1 images").arg(formatCount(qint64(images))));
    const auto second = std::size_t(std::llround(m_plan.rules.overlap * double(images)));
    const auto repeats = std::size_t(std::llround(m_plan.rules.repeats * double(images)));
    QStringList work{tr("%1 labels in round 1").arg(formatCount(qint64(images)))};
    if (second > 0)
        work << tr("%1 in round 2").arg(formatCount(qint64(second)));
    if (repeats > 0)
        work << tr("%1 repeats").arg(formatCount(qint64(repeats)));
    const std::size_t each = (images + second + repeats) / std::max<std::size_t>(1, m_plan.readers.size());
    m_work->setText(tr("%1: some %2 for each reader.").arg(work.join(QStringLiteral(", ")), formatCount(qint64(each))));
    m_work->setVisible(images > 0 && !m_plan.readers.empty());
    m_refused->setText(problem);
    m_refused->setVisible(!problem.isEmpty());
    QStringList notes;
    if (!m_chosen.missed.empty())
        notes << tr("%1 of %2 rows of the list brought no image; the first is %3: %4")
                     .arg(formatCount(qint64(m_chosen.missed.size())), formatCount(qint64(m_chosen.listed)),
                          QString::fromStdString(m_chosen.missed.front().place),
                          QString::fromStdString(m_chosen.missed.front().reason));
    if (m_chosen.unread > 0)
        notes << tr("%1 files are not read yet, or unreadable.").arg(formatCount(qint64(m_chosen.unread)));
    m_note->setText(notes.join(QStringLiteral("\n\n")));
    m_note->setVisible(!notes.isEmpty());
    m_isReady = problem.isEmpty() && !m_isChoosing;
    Q_EMIT readyChanged(m_isReady);
}

} // namespace ir::ui
