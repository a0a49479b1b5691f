#pragma once

#include "review/readingdesk.h"

namespace ir {

/// An adjudicator at work: the conflicts that are theirs to decide, one before them. A decision can
/// be gone back to and decided otherwise; the log keeps both. One thread at a time.
class AdjudicationDesk
{
public:
    /// `project` outlives the desk; `act` must change it.
    AdjudicationDesk(const ReviewProject& project, ReviewDoer act, ReviewClock now,
                     std::string adjudicator);

    /// Those that are open and that the rules let this person decide, in the project's order.
    [[nodiscard]] std::vector<ReviewConflict> open() const;
    /// The conflict before the adjudicator, maybe one decided already; none: nothing to decide.
    [[nodiscard]] std::optional<ReviewConflict> current() const;
    /// On to the next open conflict, where the present one is decided or was never there.
    void advance();
    /// To the next (1) or previous (-1) open conflict, without deciding; round and round.
    void step(int by);
    /// Back to what this person decided last, further with each call; false: nothing further.
    bool back();

    /// Decides the present conflict. Call advance() after.
    Result<void> decide(const std::string& label, double seconds);
    Result<void> comment(const std::string& text);

    void setSight(ReviewSight sight) { m_sight = sight; }
    [[nodiscard]] const std::string& adjudicator() const { return m_adjudicator; }

private:
    [[nodiscard]] bool mayDecide(const ReviewConflict& conflict) const;
    [[nodiscard]] Result<void> act(ReviewAct act, std::string label, std::string comment,
                                   double seconds) const;

    const ReviewProject& m_project;
    ReviewDoer m_act;
    ReviewClock m_now;
    std::string m_adjudicator;
    ReviewSight m_sight{false, true};
    std::optional<std::int64_t> m_current;
    std::vector<std::int64_t> m_goneBackTo;
};

/// The comments and flags on an image, oldest first.
[[nodiscard]] std::vector<ReviewEvent> remarksOn(const ReviewProject& project, std::int64_t image);

/// What became of an image, oldest first: labels, doubts, what was taken back, decisions and remarks
/// that may be shown to whoever says to be `person`, without a PIN: their own, and everybody's where
/// round 2 sees round 1's or both rounds are done.
[[nodiscard]] std::vector<ReviewEvent> historyFor(const std::string& person,
                                                  const ReviewProject& project, std::int64_t image);

/// Whether somebody may look at everybody's labels at present: always where round 2 sees round 1's
/// or the person reads nothing, else once both rounds are done.
[[nodiscard]] bool maySeeAllLabels(const ReviewProject& project, const std::string& person);

} // namespace ir
