#pragma once

#include "base/result.h"
#include "review/drift.h"
#include "review/labelset.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ir {

/// In which order a reader is offered images.
enum class ReviewOrder {
    Random,      ///< another one for each reader, the same every time
    Uncertainty, ///< what the model doubts most first
    Date         ///< oldest first
};

struct ReviewRules
{
    bool blindToModel = true; ///< readers do not see the model's tag
    bool blindToFirst = true; ///< round 2 does not see round 1's label
    double overlap = 1;       ///< share of the images that get a second round, 0 … 1
    ReviewOrder order = ReviewOrder::Random;
    bool thirdAdjudicates = true; ///< who labelled an image may not decide its conflict
    std::uint64_t seed = 1;       ///< of orders, and of the shares
    /// An image in hand is its reader's until the reader has done nothing for so long; then others
    /// may take it. 0: for ever.
    int leaseMinutes = 30;
    double repeats = 0;        ///< share of the images that a reader is shown again, 0 … 1
    int repeatAfterHours = 24; ///< at the earliest, after that reader's label
};

// Rounds 1 and 2 are read by two readers; these numbers stand in the log for what is neither.
inline constexpr int adjudicationRound = 3;
inline constexpr int repeatRound = 4; ///< a reader's own image again: never changes a final label

/// An image of a project. Plain value.
struct ReviewImage
{
    std::int64_t id = 0;
    double uncertainty = 0; ///< higher = offered earlier where the order says so
    std::string date;       ///< YYYYMMDD
};

/// An image that shows readers what a class means. It need not be one of the project's.
struct ReviewExample
{
    std::int64_t image = 0;
    std::string label;   ///< a class of the project; empty: of none in particular
    std::string caption; ///< may be empty
};

/// What is settled before the first label and never changes.
struct ReviewPlan
{
    std::string name;
    std::string guideline;
    std::vector<ReviewExample> examples = {}; ///< beside the guideline's text
    std::vector<std::string> classes;
    std::vector<std::string> readers;
    std::vector<std::string> adjudicators;
    std::vector<ReviewImage> images;
    ReviewRules rules;
};

enum class ReviewAct {
    Take,       ///< the image is this reader's in this round until it is labelled or skipped
    Label,      ///< also again, which replaces the reader's own label
    Unsure,     ///< done, without a label: a conflict
    Skip,       ///< handed back: offered to the others, and to this reader last
    Comment,    ///< text only
    Flag,       ///< for discussion
    TakeBack,   ///< the reader's own label or doubt; the image is this reader's again
    Adjudicate, ///< decides a conflict
};

/// One line of the log: who did what, when, seeing what.
struct ReviewEvent
{
    std::int64_t timeMs = 0; ///< since 1970, UTC
    std::string reader;
    ReviewAct act = ReviewAct::Take;
    std::int64_t image = 0;
    int round = 1;
    std::string label;
    std::string comment;
    double seconds = 0; ///< spent on the image
    bool sawModel = false;
    bool sawLabels = false; ///< of others
};

/// How the label of an image was come by.
enum class ReviewDecision { None, Single, Agreed, Adjudicated };

struct ReviewFinal
{
    std::string label; ///< empty: none yet
    ReviewDecision decision = ReviewDecision::None;
};

struct ReviewConflict
{
    std::int64_t image = 0;
    std::array<std::string, 2>
        readers; ///< of round 1 and 2; the second may be empty (unsure in round 1 alone)
    std::array<std::string, 2> labels; ///< empty: unsure
};

/// What became of an image in one round.
struct ReviewReading
{
    enum class Stand { Free, Taken, Labelled, Unsure };

    Stand stand = Stand::Free;
    std::string reader; ///< whose it is; empty where free
    std::string label;  ///< where labelled
};

struct ReviewProgress
{
    std::array<std::size_t, 2> wanted{}; ///< images of round 1 and 2
    std::array<std::size_t, 2> done{};
    std::size_t conflicts = 0; ///< not decided yet
    std::size_t adjudicated = 0;
    std::size_t repeatsWanted = 0;
    std::size_t repeatsDone = 0;
    std::map<std::string, std::size_t> doneBy; ///< readers, both rounds
    std::map<std::string, double> secondsBy;   ///< of those
};

/// An annotation project: what its plan and its log amount to. The log is the truth: the same plan
/// and events give the same state. Rules are checked by apply() and nowhere else. Pure; one thread
/// at a time.
class ReviewProject
{
public:
    /// Errors: no name, image, class or reader; names or images twice; a share outside 0 … 1; one
    /// reader for two rounds; times below 0.
    [[nodiscard]] static Result<ReviewProject> create(ReviewPlan plan);

    /// Does one thing, or refuses it with a sentence and changes nothing: a stranger, an image or
    /// class that is none of the project's, an image that is another reader's in this round (unless
    /// its lease ran out by the event's time), round 2 by round 1's reader or before round 1 is
    /// done, a repeat of what is none or too early, a label by one who saw what the rules hide,
    /// adjudication of what is no conflict or by one of its readers, a label that was adjudicated
    /// since.
    [[nodiscard]] Result<void> apply(const ReviewEvent& event);

    /// The image to show a reader now in a round (1, 2, or repeatRound): the one already taken,
    /// else the first free one of the reader's order, else one that the reader skipped. None:
    /// nothing to do at present. Changes nothing: a Take makes it the reader's. `nowMs` tells which
    /// leases ran out and which repeats are due; 0: none.
    [[nodiscard]] std::optional<std::int64_t> next(const std::string& reader, int round,
                                                   std::int64_t nowMs = 0) const;
    /// The following ones, to have their pictures ready; at most `count`.
    [[nodiscard]] std::vector<std::int64_t> ahead(const std::string& reader, int round,
                                                  std::size_t count, std::int64_t nowMs = 0) const;

    [[nodiscard]] const ReviewPlan& plan() const { return m_plan; }
    [[nodiscard]] const std::vector<ReviewEvent>& log() const { return m_log; }
    [[nodiscard]] std::vector<ReviewConflict>
    conflicts() const; ///< not decided yet, in the plan's order
    [[nodiscard]] ReviewFinal finalLabel(std::int64_t image) const;
    /// Of round 1, 2 or repeatRound; free where the image has no such round, or is not the
    /// project's.
    [[nodiscard]] ReviewReading reading(std::int64_t image, int round) const;
    [[nodiscard]] ReviewProgress progress() const;
    /// Both rounds' labels, for agreementOf(), and those of repeats under repeatRound, which it
    /// reports as the reader's own constancy; images are named by their id.
    [[nodiscard]] Result<LabelSet> labels() const;
    /// The images labelled in both rounds, in the order in which they were done; for drift.
    [[nodiscard]] std::vector<TimedPair> timedPairs() const;

private:
    using Stand = ReviewReading::Stand;
    static constexpr std::size_t slots = 3; ///< round 1, round 2, the repeat
    struct Reading
    {
        Stand stand = Stand::Free;
        std::uint32_t reader = 0; ///< index into the plan's readers; counts unless free
        std::string label;
        double seconds = 0;
        std::int64_t timeMs = 0; ///< of the label or doubt
        std::set<std::uint32_t> skippedBy;

        [[nodiscard]] bool isDone() const
        {
            return stand == Stand::Labelled || stand == Stand::Unsure;
        }
    };
    struct Work
    {
        bool hasSecond = false;
        int repeatOf = 0; ///< the round whose reader reads it again; 0: none
        std::array<Reading, slots> readings;
        std::string adjudicated;
    };

    [[nodiscard]] static std::optional<std::size_t> slotOf(int round);
    [[nodiscard]] Result<void> applyReading(const ReviewEvent& event, std::uint32_t reader,
                                            std::size_t index, std::size_t slot);
    [[nodiscard]] Result<void> take(const ReviewEvent& event, std::uint32_t reader,
                                    std::size_t index, std::size_t slot);
    [[nodiscard]] Result<void> finish(const ReviewEvent& event, Reading& reading) const;
    [[nodiscard]] std::string whyNotOpen(const Work& work, std::size_t slot,
                                         std::uint32_t reader) const;
    [[nodiscard]] Result<void> adjudicate(const ReviewEvent& event, Work& work) const;
    [[nodiscard]] bool isFree(const Reading& reading, std::uint32_t reader,
                              std::int64_t nowMs) const;
    [[nodiscard]] bool isOpen(const Work& work, std::size_t slot, std::uint32_t reader,
                              std::int64_t nowMs) const;
    [[nodiscard]] static bool isClosedForGood(const Work& work, std::size_t slot,
                                              std::uint32_t reader);
    [[nodiscard]] static bool isConflict(const Work& work);
    [[nodiscard]] static bool isRepeated(const Work& work);
    void handBack(std::size_t slot);
    void loseReader(std::size_t index, std::size_t slot);
    [[nodiscard]] std::optional<std::uint32_t> readerNumber(const std::string& name) const;

    ReviewPlan m_plan;
    std::vector<Work> m_work; ///< of each image of the plan
    std::unordered_map<std::int64_t, std::size_t> m_indexOf;
    std::vector<std::vector<std::uint32_t>>
        m_orders; ///< of each reader: indices into the plan's images
    /// Where each reader's order is done with in each round: nothing before it can open again,
    /// unless something is handed back, which moves it back.
    mutable std::vector<std::array<std::size_t, slots>> m_front;
    std::vector<std::array<std::set<std::size_t>, slots>>
        m_taken;                           ///< of each reader: the images in hand
    std::vector<std::int64_t> m_lastActMs; ///< of each reader
    std::vector<ReviewEvent> m_log;
};

/// What an image is called outside of its catalog; either may be empty.
struct ReviewImageName
{
    std::string path;
    std::string sopInstanceUid;
};

/// The log as CSV: time (ISO 8601, UTC), reader, round, image, act, label, comment, seconds,
/// saw_model, saw_labels; with `nameOf` also path, sop_instance_uid.
[[nodiscard]] std::string
auditTrail(const ReviewProject& project,
           const std::function<ReviewImageName(std::int64_t image)>& nameOf = {});

/// "take", "label" … as in the log.
[[nodiscard]] const char* toString(ReviewAct act);
[[nodiscard]] std::optional<ReviewAct> reviewActOf(std::string_view name);

} // namespace ir
