// A simulated study: readers label many images in two rounds, conflicts are adjudicated, agreement
// is computed.
//   bench_review [IMAGES]      (default 10,000)
#include "review/agreement.h"
#include "review/project.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>

using namespace ir;

namespace {

constexpr std::array readers{"Ann", "Bob", "Dan"};
const std::vector<std::string> classes{"abdominal", "adult_chest", "pediatric_chest", "spine",
                                       "others"};
constexpr std::int64_t begin = 1'700'000'000'000; // ms since 1970
constexpr std::int64_t pace = 5'000;              // ms an image

std::size_t truthOf(std::int64_t image)
{
    return static_cast<std::size_t>(image) % classes.size();
}

ReviewEvent eventOf(const std::string& reader, ReviewAct act, std::int64_t image, int round,
                    std::int64_t timeMs, const std::string& label = {})
{
    ReviewEvent event;
    event.timeMs = timeMs;
    event.reader = reader;
    event.act = act;
    event.image = image;
    event.round = round;
    event.label = label;
    event.seconds = pace / 1000.0;
    return event;
}

void must(const Result<void>& done)
{
    if (done)
        return;
    std::fprintf(stderr, "%s\n", done.error().message.c_str());
    std::exit(1);
}

class Stopwatch
{
public:
    void tell(const char* what)
    {
        const auto now = std::chrono::steady_clock::now();
        std::printf("%-58s %9.1f ms\n", what,
                    std::chrono::duration<double, std::milli>(now - m_last).count());
        m_last = std::chrono::steady_clock::now();
    }
    void tellAll() const
    {
        const auto all = std::chrono::steady_clock::now() - m_first;
        std::printf("%-58s %9.1f ms\n", "all",
                    std::chrono::duration<double, std::milli>(all).count());
    }

private:
    std::chrono::steady_clock::time_point m_first = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point m_last = m_first;
};

ReviewPlan planOf(std::int64_t images)
{
    ReviewPlan plan;
    plan.name = "study";
    plan.classes = classes;
    plan.readers.assign(readers.begin(), readers.end());
    plan.adjudicators = {"Cleo"};
    for (std::int64_t i = 1; i <= images; ++i)
        plan.images.push_back({i, 0, {}});
    return plan;
}

/// The readers take turns, each errs in a tenth, until nobody has anything left to do.
void readAll(ReviewProject& project)
{
    std::mt19937 random(1);
    std::int64_t now = begin;
    for (bool isBusy = true; isBusy;) {
        isBusy = false;
        for (const char* reader : readers)
            for (const int round : {2, 1}) {
                const auto image = project.next(reader, round, now);
                if (!image)
                    continue;
                isBusy = true;
                const std::size_t said =
                    (truthOf(*image) + (random() % 10 == 0 ? 1 + random() % 4 : 0)) %
                    classes.size();
                must(project.apply(eventOf(reader, ReviewAct::Take, *image, round, now)));
                now += pace;
                must(project.apply(
                    eventOf(reader, ReviewAct::Label, *image, round, now, classes[said])));
                break;
            }
    }
}

} // namespace

int main(int argc, char** argv)
{
    const std::int64_t images = argc > 1 ? std::atoll(argv[1]) : 10'000;
    Stopwatch clock;
    auto project = ReviewProject::create(planOf(images)).value();
    clock.tell("making the project");
    readAll(project);
    clock.tell("both rounds, image by image");
    const auto conflicts = project.conflicts();
    for (const ReviewConflict& conflict : conflicts)
        must(project.apply(eventOf("Cleo", ReviewAct::Adjudicate, conflict.image, adjudicationRound,
                                   begin, classes[truthOf(conflict.image)])));
    clock.tell("adjudicating the conflicts");
    const auto labels = project.labels().value();
    const Agreement agreement = agreementOf(labels);
    clock.tell("agreement, with 10,000 bootstrap resamples");
    const auto drift = driftPerImages(project.timedPairs(), classes.size(), 500);
    const std::string trail = auditTrail(project);
    clock.tell("drift and the audit trail");
    auto again = ReviewProject::create(planOf(images)).value();
    for (const ReviewEvent& event : project.log())
        must(again.apply(event));
    clock.tell("replaying the log, as opening a project does");
    clock.tellAll();
    const ReviewProgress progress = again.progress();
    std::printf("%zu + %zu labels, %zu conflicts adjudicated, %zu events, Fleiss' kappa %.3f, %zu "
                "points of drift, "
                "%zu bytes of audit trail\n",
                progress.done[0], progress.done[1], progress.adjudicated, project.log().size(),
                agreement.fleiss.kappa.value.value_or(0), drift.size(), trail.size());
    return 0;
}
