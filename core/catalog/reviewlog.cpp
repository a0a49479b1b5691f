#include "catalog/reviewlog_p.h"

#include "catalog/connection_p.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <optional>

namespace ir::catalog {

namespace {

constexpr std::array<const char*, 3> orderNames{"random", "uncertainty", "date"}; // as ReviewOrder

[[noreturn]] void refuse(std::string message, std::string detail = {})
{
    throw DatabaseError{{std::move(message), std::move(detail)}};
}

QJsonArray toJson(const std::vector<std::string>& texts)
{
    QJsonArray array;
    for (const std::string& text : texts)
        array.append(QString::fromStdString(text));
    return array;
}

std::vector<std::string> textsOf(const QJsonValue& value)
{
    std::vector<std::string> texts;
    for (const auto& text : value.toArray())
        texts.push_back(text.toString().toStdString());
    return texts;
}

/// Images are [id, uncertainty, date], examples [id, class, caption]. Numbers of JSON are exact up to 2^53: ids and seeds are
/// texts.
QString toJson(const ReviewPlan& plan)
{
    QJsonArray images;
    for (const ReviewImage& image : plan.images)
        images.append(QJsonArray{QString::number(image.id), image.uncertainty,
                                 QString::fromStdString(image.date)});
    QJsonArray examples;
    for (const ReviewExample& example : plan.examples)
        examples.append(QJsonArray{QString::number(example.image),
                                   QString::fromStdString(example.label),
                                   QString::fromStdString(example.caption)});
    const ReviewRules& rules = plan.rules;
    const QJsonObject object{
        {QStringLiteral("guideline"), QString::fromStdString(plan.guideline)},
        {QStringLiteral("examples"), examples},
        {QStringLiteral("classes"), toJson(plan.classes)},
        {QStringLiteral("readers"), toJson(plan.readers)},
        {QStringLiteral("adjudicators"), toJson(plan.adjudicators)},
        {QStringLiteral("blind_to_model"), rules.blindToModel},
        {QStringLiteral("blind_to_first"), rules.blindToFirst},
        {QStringLiteral("overlap"), rules.overlap},
        {QStringLiteral("order"),
         QString::fromLatin1(orderNames[static_cast<std::size_t>(rules.order)])},
        {QStringLiteral("third_adjudicates"), rules.thirdAdjudicates},
        {QStringLiteral("lease_minutes"), rules.leaseMinutes},
        {QStringLiteral("repeats"), rules.repeats},
        {QStringLiteral("repeat_after_hours"), rules.repeatAfterHours},
        {QStringLiteral("seed"), QString::number(rules.seed)},
        {QStringLiteral("images"), images}};
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

ReviewPlan planOf(const QString& name, const QString& json)
{
    const QJsonObject object = QJsonDocument::fromJson(json.toUtf8()).object();
    const auto at = [&](const char* key) { return object.value(QLatin1String(key)); };
    ReviewPlan plan;
    plan.name = name.toStdString();
    plan.guideline = at("guideline").toString().toStdString();
    for (const auto& value : at("examples").toArray()) {
        const QJsonArray example = value.toArray();
        plan.examples.push_back({example.at(0).toString().toLongLong(),
                                 example.at(1).toString().toStdString(),
                                 example.at(2).toString().toStdString()});
    }
    plan.classes = textsOf(at("classes"));
    plan.readers = textsOf(at("readers"));
    plan.adjudicators = textsOf(at("adjudicators"));
    plan.rules.blindToModel = at("blind_to_model").toBool();
    plan.rules.blindToFirst = at("blind_to_first").toBool();
    plan.rules.overlap = at("overlap").toDouble();
    for (std::size_t i = 0; i < orderNames.size(); ++i)
        if (at("order").toString() == QLatin1String(orderNames[i]))
            plan.rules.order = static_cast<ReviewOrder>(i);
    plan.rules.thirdAdjudicates = at("third_adjudicates").toBool();
    // Plans of before these rules lack them.
    plan.rules.leaseMinutes = at("lease_minutes").toInt(plan.rules.leaseMinutes);
    plan.rules.repeats = at("repeats").toDouble(plan.rules.repeats);
    plan.rules.repeatAfterHours = at("repeat_after_hours").toInt(plan.rules.repeatAfterHours);
    plan.rules.seed = at("seed").toString().toULongLong();
    for (const auto& value : at("images").toArray()) {
        const QJsonArray image = value.toArray();
        plan.images.push_back({image.at(0).toString().toLongLong(), image.at(1).toDouble(),
                               image.at(2).toString().toStdString()});
    }
    return plan;
}

/// Applies what others wrote since.
void replay(Connection& connection, qint64 review, ReviewProject& project)
{
    Query row =
        connection.query("SELECT time_ms, reader, act, image_id, round, label, comment, seconds, "
                         "saw_model, saw_labels FROM review_event "
                         "WHERE project_id = ? AND sequence >= ? ORDER BY sequence",
                         review, static_cast<qint64>(project.log().size()));
    while (row.next()) {
        ReviewEvent event;
        event.timeMs = row.integer(0);
        event.reader = row.text(1).toStdString();
        const auto act = reviewActOf(row.text(2).toStdString());
        event.image = row.integer(3);
        event.round = static_cast<int>(row.integer(4));
        event.label = row.text(5).toStdString();
        event.comment = row.text(6).toStdString();
        event.seconds = row.real(7);
        event.sawModel = row.integer(8) != 0;
        event.sawLabels = row.integer(9) != 0;
        if (act)
            event.act = *act;
        const auto done = act ? project.apply(event) : Result<void>(failure("An act is unknown."));
        if (!done)
            refuse("The log of the project " + project.plan().name +
                       " does not fit its plan: the catalog was changed by another program, or by "
                       "a newer "
                       "version of this one.",
                   done.error().message);
    }
}

/// The project as it was after its first events. From what is in memory: the database may be out of reach.
ReviewProject cutBack(const ReviewProject& project, std::size_t events)
{
    auto before = ReviewProject::create(project.plan());
    for (std::size_t i = 0; before && i < events; ++i)
        (void)before->apply(project.log()[i]); // as it did before
    return before ? std::move(*before) : project;
}

} // namespace

qint64 createReview(Connection& connection, const ReviewPlan& plan)
{
    if (const auto project = ReviewProject::create(plan); !project)
        refuse(project.error().message);
    Transaction transaction(connection, Transaction::Safety::SurvivesPowerLoss);
    transaction.waitForTurn(Transaction::Turn::Projects);
    {
        Query known = connection.query("SELECT id FROM review_project WHERE name = ?", plan.name);
        if (known.next())
            refuse("There is a project named " + plan.name + " already.");
    }
    const qint64 id = connection.insert(
        "INSERT INTO review_project (name, created_ms, plan) VALUES (?, ?, ?) RETURNING id", plan.name,
        QDateTime::currentMSecsSinceEpoch(), toJson(plan));
    transaction.commit();
    return id;
}

QVector<ReviewInfo> reviews(Connection& connection)
{
    QVector<ReviewInfo> projects;
    Query row = connection.query("SELECT id, name, created_ms FROM review_project ORDER BY id");
    while (row.next())
        projects.append(
            {row.integer(0), row.text(1), QDateTime::fromMSecsSinceEpoch(row.integer(2)).toUTC()});
    return projects;
}

QVector<qint64> reviewsOf(Connection& connection, qint64 image)
{
    QVector<qint64> projects;
    Query row = connection.query(
        "SELECT DISTINCT project_id FROM review_event WHERE image_id = ? ORDER BY project_id",
        image);
    while (row.next())
        projects.append(row.integer(0));
    return projects;
}

ReviewProject openReview(Connection& connection, qint64 review)
{
    QString name;
    QString plan;
    {
        Query row = connection.query("SELECT name, plan FROM review_project WHERE id = ?", review);
        if (!row.next())
            refuse("There is no such project in the catalog.");
        name = row.text(0);
        plan = row.text(1);
    }
    auto project = ReviewProject::create(planOf(name, plan));
    if (!project)
        refuse("The plan of the project " + name.toStdString() + " is broken.",
               project.error().message);
    replay(connection, review, *project);
    return std::move(*project);
}

void refreshReview(Connection& connection, qint64 review, ReviewProject& project)
{
    replay(connection, review, project);
}

void appendReviews(Connection& connection, qint64 review, ReviewProject& project,
                   const std::vector<ReviewEvent>& events)
{
    std::optional<std::size_t> known; // events of the log
    try {
        Transaction transaction(connection, Transaction::Safety::SurvivesPowerLoss);
        transaction.waitForTurn(Transaction::Turn::Review, review); // nobody comes in between
        replay(connection, review, project);
        known = project.log().size();
        for (const ReviewEvent& event : events) {
            const auto sequence = static_cast<qint64>(project.log().size());
            if (const auto done = project.apply(event); !done)
                refuse(done.error().message);
            connection.execute(
                "INSERT INTO review_event (project_id, sequence, time_ms, reader, act, image_id, "
                "round, label, comment, seconds, saw_model, saw_labels) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                review, sequence, static_cast<qint64>(event.timeMs), event.reader,
                QString::fromLatin1(toString(event.act)), static_cast<qint64>(event.image),
                event.round, event.label, event.comment, event.seconds, event.sawModel ? 1 : 0,
                event.sawLabels ? 1 : 0);
        }
        transaction.commit();
    } catch (const DatabaseError&) {
        // A later event was refused, the disk is full, the server is gone: no project knows more than its log.
        if (known && project.log().size() > *known)
            project = cutBack(project, *known);
        throw;
    }
}

} // namespace ir::catalog
