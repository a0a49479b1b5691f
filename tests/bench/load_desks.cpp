// Many desks and machines on one catalog of a PostgreSQL server, some of which are killed all the time (kill -9):
// no label lost, none given twice, every image tagged once.
//   load_desks [--images N] [--readers N] [--workers N] [--kills N] [--kill-every MS]
//              (default 20,000, 8, 2, 60, 2,000)
// Exit code 0: all as it should be; 1: not; 77: no PostgreSQL here.
#include "catalog/catalog.h"
#include "catalog/transfer.h"
#include "catalog/catalogbuilder.h"
#include "catalog/rawdatabase.h"
#include "support/postgresserver.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QRandomGenerator>

#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <thread>

using namespace ir;
using namespace ir::test;

namespace {

struct Load
{
    int images = 20'000;
    int readers = 8;
    int workers = 2;
    int kills = 60;
    int killEveryMs = 2'000;
};

int failed(const std::string& why)
{
    std::fprintf(stderr, "load_desks: %s\n", why.c_str());
    return 1;
}

QString pathOf(int image)
{
    return QStringLiteral("/archive/%1.dcm").arg(image, 6, 10, QLatin1Char('0'));
}

std::string readerName(int number)
{
    return "reader " + std::to_string(number);
}

// --- the processes that are killed ------------------------------------------------------------------

/// Tags with another model until nothing is left; prints each file that counts as its own.
int work(const QString& url)
{
    const auto catalog = Catalog::open(url);
    if (!catalog)
        return failed(catalog.error().message + catalog.error().detail);
    WorkClaim claim;
    claim.worker = QStringLiteral("worker %1").arg(QCoreApplication::applicationPid());
    claim.modelId = modelB;
    claim.folders = {QStringLiteral("/archive")};
    claim.leaseSeconds = 3;
    for (;;) {
        const auto files = (*catalog)->claimWork(claim);
        if (!files)
            return failed(files.error().message + files.error().detail);
        if (files->isEmpty()) {
            if (!(*catalog)->isWorkLeft(claim).value_or(true))
                return 0;
            std::this_thread::sleep_for(std::chrono::milliseconds(200)); // another's, who may die
            continue;
        }
        QVector<FileResult> results;
        for (const ScannedFile& file : *files)
            results.append(classified(file.path, file.path.toStdString(), 3, modelB));
        const auto stored = (*catalog)->storeWork(claim.worker, results);
        if (!stored)
            return failed(stored.error().message + stored.error().detail);
        for (const FileSummary& file : *stored)
            if (file.id != 0)
                std::printf("%s\n", qPrintable(file.path));
        std::fflush(stdout);
    }
}

bool isRoundDone(const ReviewProject& project, int round)
{
    const auto progress = project.progress();
    const auto index = static_cast<std::size_t>(round - 1);
    return progress.done[index] == progress.wanted[index];
}

/// Labels what the project offers in one round; prints "image round label" of each label that it was told is stored.
int readRound(Catalog& catalog, qint64 review, ReviewProject& project, const std::string& reader, int round)
{
    while (!isRoundDone(project, round)) {
        const auto image = project.next(reader, round);
        if (!image) { // others have the last ones in hand, or round 1 of these is not done yet
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            if (const auto fresh = catalog.refreshReview(review, project); !fresh)
                return failed(fresh.error().message + fresh.error().detail);
            // Of a round that waits for this very reader's death, nothing more will come.
            if (round == 1 && !project.next(reader, 1))
                return 0;
            continue;
        }
        ReviewEvent event;
        event.timeMs = QDateTime::currentMSecsSinceEpoch();
        event.reader = reader;
        event.image = *image;
        event.round = round;
        if (project.reading(*image, round).stand == ReviewReading::Stand::Free &&
            !catalog.appendReview(review, project, event))
            continue; // another reader was quicker
        event.act = ReviewAct::Label;
        event.label = *image % 7 == 0 ? "others" : "spine";
        const auto done = catalog.appendReview(review, project, event);
        if (!done)
            return failed(done.error().message + done.error().detail);
        std::printf("%lld %d %s\n", static_cast<long long>(*image), round, event.label.c_str());
        std::fflush(stdout);
    }
    return 0;
}

int read(const QString& url, const std::string& reader)
{
    const auto catalog = Catalog::open(url);
    if (!catalog)
        return failed(catalog.error().message + catalog.error().detail);
    const qint64 review = (*catalog)->reviews().value().first().id;
    auto project = (*catalog)->openReview(review);
    if (!project)
        return failed(project.error().message);
    for (const int round : {1, 2})
        if (const int code = readRound(**catalog, review, *project, reader, round); code != 0)
            return code;
    return 0;
}

// --- who starts and kills them ----------------------------------------------------------------------

/// One desk or machine: started again whenever it is killed.
struct Child
{
    QStringList arguments;
    bool isReader = false;
    std::unique_ptr<QProcess> process;
    QByteArray output; ///< whole lines of all its lives

    void start()
    {
        process = std::make_unique<QProcess>();
        process->setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process->start(QCoreApplication::applicationFilePath(), arguments);
        process->waitForStarted();
    }
    /// After its death; what a kill cut off in the middle of a line was told to nobody.
    void collect()
    {
        const QByteArray all = process->readAllStandardOutput();
        output += all.left(all.lastIndexOf('\n') + 1);
    }
    [[nodiscard]] bool isRunning() const { return process->state() != QProcess::NotRunning; }
};

struct Told
{
    std::set<QByteArray> labels; ///< "image round label"
    std::multiset<QByteArray> files;
};

/// Runs all of them to their end, with the kills in between; nothing: one failed.
std::optional<Told> run(std::vector<Child>& children, const Load& load, int& kills)
{
    for (Child& child : children)
        child.start();
    QElapsedTimer sinceKill;
    sinceKill.start();
    for (bool anyRuns = true; anyRuns;) {
        anyRuns = false;
        for (Child& child : children) {
            if (!child.process->waitForFinished(20)) {
                anyRuns |= child.isRunning();
                continue;
            }
        }
        for (Child& child : children)
            anyRuns |= child.isRunning();
        if (!anyRuns || kills >= load.kills || sinceKill.elapsed() < load.killEveryMs)
            continue;
        Child& victim = children[static_cast<std::size_t>(
            QRandomGenerator::global()->bounded(static_cast<int>(children.size())))];
        if (!victim.isRunning())
            continue;
        victim.process->kill();
        victim.process->waitForFinished();
        victim.collect();
        victim.start();
        ++kills;
        sinceKill.restart();
    }
    Told told;
    for (Child& child : children) {
        child.collect();
        if (child.process->exitCode() != 0)
            return std::nullopt;
        for (const QByteArray& line : child.output.split('\n'))
            if (!line.isEmpty()) {
                if (child.isReader)
                    told.labels.insert(line);
                else
                    told.files.insert(line);
            }
    }
    return told;
}

/// What is wrong with the end state; empty: nothing.
std::string faultOf(const QString& url, qint64 review, const Load& load, const Told& told)
{
    const auto catalog = Catalog::open(url);
    if (!catalog)
        return catalog.error().message;
    const auto project = (*catalog)->openReview(review);
    if (!project)
        return project.error().message;
    const auto images = static_cast<std::size_t>(load.images);
    if (project->progress().done != std::array<std::size_t, 2>{images, images})
        return "not all images were labelled in both rounds";
    std::map<std::pair<std::int64_t, int>, std::string> reader;
    std::set<QByteArray> stored;
    for (const ReviewEvent& event : project->log()) {
        if (event.act != ReviewAct::Label)
            continue;
        if (!reader.emplace(std::pair(event.image, event.round), event.reader).second)
            return "an image was labelled twice in one round";
        stored.insert(QByteArray::number(qint64(event.image)) + ' ' + QByteArray::number(event.round) + ' ' +
                      QByteArray::fromStdString(event.label));
    }
    for (const auto& [reading, name] : reader)
        if (reading.second == 2 && reader[{reading.first, 1}] == name)
            return "an image was given to one reader in both rounds";
    if (!std::includes(stored.begin(), stored.end(), told.labels.begin(), told.labels.end()))
        return "a label that a reader was told is stored is not there";
    const auto files = (*catalog)->files({}, modelB);
    if (!files || files->size() != load.images)
        return "files are missing";
    for (const FileSummary& file : *files)
        if (file.predictedClass != QLatin1String("spine"))
            return "an image was not tagged";
    for (auto it = told.files.begin(); it != told.files.end(); ++it)
        if (told.files.count(*it) != 1)
            return "two machines were told that an image was theirs";
    RawDatabase raw(url);
    if (raw.value(QStringLiteral("SELECT count(*) FROM stored")).toInt() != load.images)
        return "an image was tagged twice";
    const auto check = checkCatalog(url);
    if (!check)
        return check.error().message;
    return check->problems.join(u' ').toStdString();
}

int runLoad(const Load& load)
{
    QString missing;
    PostgresServer* server = PostgresServer::instance(&missing);
    if (server == nullptr) {
        std::fprintf(stderr, "load_desks: not run: %s\n", qPrintable(missing));
        return 77;
    }
    const QString url = server->freshDatabase();
    qint64 review = 0;
    {
        auto catalog = Catalog::open(url).value();
        ReviewPlan plan;
        plan.name = "load";
        plan.classes = {"spine", "others"};
        for (int i = 0; i < load.readers; ++i)
            plan.readers.push_back(readerName(i));
        for (int first = 0; first < load.images; first += 500) {
            QVector<FileResult> results;
            for (int i = first; i < std::min(first + 500, load.images); ++i)
                results.append(classified(pathOf(i), pathOf(i).toStdString()));
            const auto stored = catalog->storeResults(results);
            if (!stored)
                return failed(stored.error().message);
            for (const FileSummary& file : *stored)
                plan.images.push_back({file.imageId, 0, {}});
        }
        const auto made = catalog->createReview(plan);
        if (!made)
            return failed(made.error().message);
        review = *made;
        RawDatabase raw(url); // how often each image is tagged, whatever the catalog's own rules make of it
        for (const char* sql :
             {"CREATE TABLE stored (image_id BIGINT)",
              "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO stored VALUES "
              "(NEW.image_id); RETURN NULL; END $$",
              "CREATE TRIGGER noted AFTER INSERT OR UPDATE ON prediction FOR EACH ROW EXECUTE FUNCTION note()"})
            if (const QString error = raw.execute(QString::fromLatin1(sql)); !error.isEmpty())
                return failed(error.toStdString());
    }
    std::vector<Child> children(static_cast<std::size_t>(load.readers + load.workers));
    for (int i = 0; i < load.readers; ++i) {
        auto& child = children[static_cast<std::size_t>(i)];
        child.arguments = {QStringLiteral("--read"), url, QString::fromStdString(readerName(i))};
        child.isReader = true;
    }
    for (int i = 0; i < load.workers; ++i)
        children[static_cast<std::size_t>(load.readers + i)].arguments = {QStringLiteral("--work"), url};
    QElapsedTimer clock;
    clock.start();
    int kills = 0;
    const auto told = run(children, load, kills);
    const double seconds = static_cast<double>(clock.elapsed()) / 1000;
    if (!told)
        return failed("a desk could not go on");
    if (load.kills > 0 && kills == 0)
        return failed("it was over before anybody was killed: ask for more images, or earlier kills");
    if (const std::string fault = faultOf(url, review, load, *told); !fault.empty())
        return failed(fault);
    std::printf("%d images, %d readers, %d workers, %d killed: %d labels (%zu told) and %d tags in %.1f s, %.0f labels/s; "
                "none lost, none twice\n",
                load.images, load.readers, load.workers, kills, 2 * load.images, told->labels.size(), load.images,
                seconds, 2 * load.images / seconds);
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    const QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 3 && arguments[1] == QLatin1String("--work"))
        return work(arguments[2]);
    if (arguments.size() == 4 && arguments[1] == QLatin1String("--read"))
        return read(arguments[2], arguments[3].toStdString());
    Load load;
    QCommandLineParser parser;
    parser.addHelpOption();
    const std::map<QString, int*> numbers{{QStringLiteral("images"), &load.images},
                                          {QStringLiteral("readers"), &load.readers},
                                          {QStringLiteral("workers"), &load.workers},
                                          {QStringLiteral("kills"), &load.kills},
                                          {QStringLiteral("kill-every"), &load.killEveryMs}};
    for (const auto& [name, value] : numbers)
        parser.addOption({name, name, name, QString::number(*value)});
    parser.process(app);
    for (const auto& [name, value] : numbers)
        *value = parser.value(name).toInt();
    return runLoad(load);
}
