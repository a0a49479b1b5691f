#include "review/reviewhome.h"

#include "browser/emptystate.h"
#include "review/adjudicationdesk.h"
#include "review/readersignin.h"
#include "review/readingpace.h"
#include "review/reviewsession.h"
#include "review/rounds.h"
#include "review/taskrow.h"
#include "settings/settings.h"
#include "style/classstyle.h"
#include "support/formatting.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ir::ui {

namespace {

constexpr std::array kRounds{1, 2, repeatRound};
constexpr int kIdRole = Qt::UserRole + 1;
constexpr int kListWidth = 240;
constexpr int kProjectWidth = 760;

QStringList toQt(const std::vector<std::string>& names)
{
    QStringList list;
    for (const std::string& name : names)
        list << QString::fromStdString(name);
    return list;
}

/// Readers first, each name once.
QStringList peopleOf(const ReviewPlan& plan)
{
    QStringList people = toQt(plan.readers) + toQt(plan.adjudicators);
    people.removeDuplicates();
    return people;
}

} // namespace

ReviewHome::ReviewHome(Catalog& catalog, ReviewSession* session, Settings& settings, QWidget* parent)
    : QWidget(parent), m_catalog(catalog), m_session(session), m_settings(settings), m_list(new QListWidget(this)),
      m_stack(new QStackedWidget(this)), m_empty(new EmptyState(m_stack))
{
    setObjectName(QStringLiteral("reviewHome"));
    m_worker.setMaxThreadCount(1);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(buildProject());
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(buildList());
    row->addWidget(m_stack, 1);
    m_empty->showState(tr("Looking for projects…"), {}, {});
    connect(m_empty, &EmptyState::actionRequested, this, &ReviewHome::setupRequested);
    connect(m_list, &QListWidget::currentItemChanged, this, &ReviewHome::openChosen);
    connect(session, &ReviewSession::opened, this, &ReviewHome::showProject);
    connect(&catalog, &Catalog::reviewChangedElsewhere, this, [this](qint64 review) {
        for (int i = 0; i < m_list->count(); ++i)
            if (m_list->item(i)->data(kIdRole).toLongLong() == review)
                return;
        reload(); // a new one
    });
    connect(session, &ReviewSession::failed, this, [this](const QString& message) {
        m_empty->showState(tr("This project cannot be opened"), message, {});
        m_stack->setCurrentIndex(0);
    });
    connect(session, &ReviewSession::changed, this, &ReviewHome::refresh);
    connect(m_signIn, &ReaderSignIn::readerChanged, this, [this] {
        refresh();
        focusNext();
    });
}

ReviewHome::~ReviewHome() { m_worker.waitForDone(); }

QWidget* ReviewHome::buildList()
{
    auto* side = new QWidget(this);
    side->setObjectName(QStringLiteral("reviewSide"));
    side->setAttribute(Qt::WA_StyledBackground);
    side->setFixedWidth(kListWidth);
    auto* title = new QLabel(tr("Projects"), side);
    title->setProperty("type", QStringLiteral("section"));
    title->setContentsMargins(12, 12, 12, 4);
    m_list->setObjectName(QStringLiteral("reviewProjects"));
    m_list->setAccessibleName(tr("Projects"));
    m_list->setFrameShape(QFrame::NoFrame);
    auto* create = new QPushButton(tr("New project…"), side);
    create->setObjectName(QStringLiteral("newReviewButton"));
    connect(create, &QPushButton::clicked, this, &ReviewHome::setupRequested);
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(12, 8, 12, 12);
    foot->addWidget(create);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(title);
    column->addWidget(m_list, 1);
    column->addLayout(foot);
    return side;
}

QWidget* ReviewHome::buildProject()
{
    auto* body = new QWidget(m_stack);
    body->setObjectName(QStringLiteral("reviewBody"));
    body->setMaximumWidth(kProjectWidth);
    m_name = new QLabel(body);
    m_name->setObjectName(QStringLiteral("reviewName"));
    m_name->setProperty("type", QStringLiteral("title"));
    m_facts = new QLabel(body);
    m_facts->setObjectName(QStringLiteral("reviewFacts"));
    m_facts->setProperty("tone", QStringLiteral("dim"));
    m_facts->setWordWrap(true);
    m_signIn = new ReaderSignIn(m_catalog, body);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(8);
    column->addWidget(m_name);
    column->addWidget(m_facts);
    column->addSpacing(8);
    column->addWidget(m_signIn);
    column->addSpacing(8);
    for (std::size_t i = 0; i < kRounds.size(); ++i) {
        const int round = kRounds[i];
        m_rounds[i] = new TaskRow(roundTitle(round), body);
        const QByteArray number = QByteArray::number(round);
        connect(m_rounds[i]->addButton(QByteArray("sheetRound" + number).constData(), tr("By sheet")),
                &QPushButton::clicked, this, [this, round] { Q_EMIT sheetRequested(reader(), round); });
        connect(m_rounds[i]->addButton(QByteArray("labelRound" + number).constData(), tr("Label")),
                &QPushButton::clicked, this, [this, round] { Q_EMIT labelRequested(reader(), round); });
        column->addWidget(m_rounds[i]);
    }
    m_conflicts = new TaskRow(tr("Conflicts"), body);
    connect(m_conflicts->addButton("adjudicate", tr("Decide")), &QPushButton::clicked, this,
            [this] { Q_EMIT adjudicationRequested(reader()); });
    m_results = new TaskRow(tr("Results"), body);
    connect(m_results->addButton("auditTrail", tr("Audit trail…")), &QPushButton::clicked, this,
            &ReviewHome::auditTrailRequested);
    connect(m_results->addButton("finalLabels", tr("Labels…")), &QPushButton::clicked, this,
            &ReviewHome::labelsRequested);
    connect(m_results->addButton("reviewDataset", tr("Data set…")), &QPushButton::clicked, this,
            &ReviewHome::datasetRequested);
    connect(m_results->addButton("agreement", tr("Agreement")), &QPushButton::clicked, this,
            &ReviewHome::agreementRequested);
    column->addWidget(m_conflicts);
    column->addWidget(m_results);
    column->addStretch(1);
    auto* scroll = new QScrollArea(m_stack);
    scroll->setObjectName(QStringLiteral("reviewScroll"));
    scroll->setWidgetResizable(true);
    scroll->setWidget(body);
    return scroll;
}

QString ReviewHome::reader() const { return m_signIn->reader(); }

void ReviewHome::reload(qint64 select)
{
    m_worker.start([this, select] {
        const auto projects = m_catalog.reviews();
        const QString message = projects ? QString() : QString::fromStdString(projects.error().message);
        const QVector<ReviewInfo> list = projects ? *projects : QVector<ReviewInfo>();
        QMetaObject::invokeMethod(this, [this, list, message, select] {
            if (!message.isEmpty())
                Q_EMIT problem(message);
            showList(list, select);
        });
    });
}

void ReviewHome::showList(const QVector<ReviewInfo>& projects, qint64 select)
{
    const qint64 wanted = select != 0 ? select : m_session->reviewId();
    {
        const QSignalBlocker blocker(m_list);
        m_list->clear();
        for (auto project = projects.crbegin(); project != projects.crend(); ++project) { // latest first
            auto* item = new QListWidgetItem(project->name, m_list);
            item->setData(kIdRole, project->id);
            item->setToolTip(tr("Made on %1").arg(project->created.toLocalTime().toString(QStringLiteral("yyyy-MM-dd"))));
            if (project->id == wanted)
                m_list->setCurrentItem(item);
        }
        if (!m_list->currentItem() && m_list->count() > 0)
            m_list->setCurrentRow(0);
    }
    if (projects.isEmpty()) {
        m_empty->showState(tr("No project yet"),
                           tr("A project has images, classes, a guideline and two readers. Each image is labelled twice, "
                              "by different people; where they differ, a third decides."),
                           tr("New project…"));
        m_stack->setCurrentIndex(0);
    }
    openChosen();
}

void ReviewHome::openChosen()
{
    const QListWidgetItem* item = m_list->currentItem();
    if (!item)
        return;
    const qint64 id = item->data(kIdRole).toLongLong();
    if (id == m_session->reviewId() && m_session->isOpen())
        showProject();
    else
        m_session->open(id);
}

void ReviewHome::showProject()
{
    const ReviewPlan& plan = m_session->project().plan();
    m_name->setText(QString::fromStdString(plan.name));
    QStringList classes;
    for (const QString& name : toQt(plan.classes))
        classes << displayClassName(name);
    QStringList facts{tr("%1 images").arg(formatCount(qint64(plan.images.size()))), classes.join(QStringLiteral(", "))};
    QString people = tr("Readers: %1").arg(toQt(plan.readers).join(QStringLiteral(", ")));
    if (!plan.adjudicators.empty())
        people += QStringLiteral(" · ")
                  + tr("conflicts are decided by %1").arg(toQt(plan.adjudicators).join(QStringLiteral(", ")));
    m_facts->setText(facts.join(QStringLiteral(" · ")) + u'\n' + people);
    m_signIn->setNames(peopleOf(plan), m_settings.readerName());
    m_stack->setCurrentIndex(1);
    refresh();
    focusNext();
}

void ReviewHome::refresh()
{
    if (!m_session->isOpen())
        return;
    const std::string person = reader().toStdString();
    QPushButton* next = refreshRounds(person);
    QPushButton* decide = refreshConflicts(person);
    refreshResults(person);
    if (person.empty())
        next = button(QStringLiteral("signInButton"));
    else if (!next)
        next = decide;
    for (QPushButton* each : findChildren<QPushButton*>())
        each->setDefault(each == next);
}

void ReviewHome::focusNext()
{
    for (QPushButton* each : findChildren<QPushButton*>())
        if (each->isDefault() && each->isVisible() && each->isEnabled())
            each->setFocus(Qt::OtherFocusReason);
}

/// Returns the button of the first round with work for this person.
QPushButton* ReviewHome::refreshRounds(const std::string& person)
{
    const ReviewProject& project = m_session->project();
    const auto& readers = project.plan().readers;
    const bool isReader = std::ranges::find(readers, person) != readers.end();
    QPushButton* next = nullptr;
    for (std::size_t i = 0; i < kRounds.size(); ++i) {
        const int round = kRounds[i];
        const ReadingPace pace = paceOf(project, person, round, reviewNow());
        QString state =
            tr("%1 of %2 images done").arg(formatCount(qint64(pace.done)), formatCount(qint64(pace.wanted)));
        if (isReader && pace.left == 0 && pace.done < pace.wanted)
            state += QStringLiteral(". ") + whatIsLeft(round);
        m_rounds[i]->showState(state);
        m_rounds[i]->showProgress(pace.done, pace.wanted);
        m_rounds[i]->setVisible(pace.wanted > 0);
        QPushButton* label = button(QStringLiteral("labelRound%1").arg(round));
        label->setEnabled(pace.left > 0);
        button(QStringLiteral("sheetRound%1").arg(round))->setEnabled(pace.left > 0);
        if (pace.left > 0 && !next)
            next = label;
    }
    return next;
}

/// Returns the button where there is something to decide for this person.
QPushButton* ReviewHome::refreshConflicts(const std::string& person)
{
    const ReviewProgress progress = m_session->project().progress();
    const std::size_t mine = AdjudicationDesk(m_session->project(), {}, {}, person).open().size();
    QString state = tr("%1 open, %2 decided")
                        .arg(formatCount(qint64(progress.conflicts)), formatCount(qint64(progress.adjudicated)));
    if (progress.conflicts > 0 && !person.empty() && mine < progress.conflicts)
        state += QStringLiteral(" · ") + tr("%1 of them yours to decide").arg(formatCount(qint64(mine)));
    m_conflicts->showState(state);
    button(QStringLiteral("adjudicate"))->setEnabled(mine > 0);
    return mine > 0 ? button(QStringLiteral("adjudicate")) : nullptr;
}

void ReviewHome::refreshResults(const std::string& person)
{
    const ReviewProject& project = m_session->project();
    const bool maySee = !person.empty() && maySeeAllLabels(project, person);
    for (const char* name : {"agreement", "auditTrail", "finalLabels"})
        button(QLatin1String(name))->setEnabled(maySee);
    button(QStringLiteral("reviewDataset"))->setEnabled(maySee && project.progress().done[0] > 0);
    m_results->showState(person.empty() ? tr("Sign in to see them")
                         : maySee       ? tr("How the readers agree, who did what and when, the final labels")
                                        : tr("Hidden from readers until both rounds are done"));
}

} // namespace ir::ui
