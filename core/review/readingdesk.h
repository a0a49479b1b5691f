#pragma once

#include "review/project.h"

#include <functional>

namespace ir {

/// Does an event in a desk's project and keeps it, or refuses it with a sentence.
using ReviewDoer = std::function<Result<void>(const ReviewEvent&)>;
/// Milliseconds since 1970, UTC.
using ReviewClock = std::function<std::int64_t()>;

/// What of the image's history is on the screen beside it.
struct ReviewSight
{
    bool model = false;
    bool labels = false; ///< of others
};

/// A reader at work in one round: which image lies before them, which come next, what undo takes
/// back. What the reader does becomes events; the log says all there is to know but the order in
/// which images were taken back. One thread at a time.
class ReadingDesk
{
public:
    /// What undo() took back.
    struct Undone
    {
        std::int64_t image = 0;
        ReviewAct act = ReviewAct::Label; ///< Label, Unsure or Skip
        std::string label;
    };

    /// `project` outlives the desk; `act` must change it.
    ReadingDesk(const ReviewProject& project, ReviewDoer act, ReviewClock now, std::string reader,
                int round);

    /// The image in hand; none: call advance(), and if that finds nothing there is nothing to do.
    [[nodiscard]] std::optional<std::int64_t> current() const { return m_current; }
    /// Makes sure that an image is in hand if there is one: the present one if it is still the
    /// reader's, else those that undo laid aside, else the project's next.
    Result<void> advance();
    /// The present image and those likely to follow, at most `count`.
    [[nodiscard]] std::vector<std::int64_t> ahead(std::size_t count) const;
    /// Takes as many images as there are, up to `count`, for a sheet: those in hand first. Only
    /// those for which `wanted` holds, where it is given.
    [[nodiscard]] Result<std::vector<std::int64_t>>
    takeSheet(std::size_t count, const std::function<bool(std::int64_t)>& wanted = {});

    /// These end the work on an image in hand; `seconds` were spent on it. Call advance() after.
    Result<void> label(std::int64_t image, const std::string& label, double seconds);
    Result<void> unsure(std::int64_t image, double seconds);
    Result<void> skip(std::int64_t image, double seconds);
    /// These leave it in hand.
    Result<void> comment(std::int64_t image, const std::string& text);
    Result<void> flag(std::int64_t image);

    /// The latest label, doubt or skip of this reader in this round that stands; none: nothing.
    /// Also from before the program was started.
    [[nodiscard]] std::optional<Undone> undoable() const;
    /// Takes that back: its image is the present one again, and what was in hand comes after it.
    Result<void> undo();

    void setSight(ReviewSight sight) { m_sight = sight; }
    [[nodiscard]] const std::string& reader() const { return m_reader; }
    [[nodiscard]] int round() const { return m_round; }

private:
    [[nodiscard]] bool isInHand(std::int64_t image) const;
    [[nodiscard]] Result<void> act(ReviewAct act, std::int64_t image, std::string label = {},
                                   std::string comment = {}, double seconds = 0) const;

    const ReviewProject& m_project;
    ReviewDoer m_act;
    ReviewClock m_now;
    std::string m_reader;
    int m_round;
    ReviewSight m_sight;
    std::optional<std::int64_t> m_current;
    std::vector<std::int64_t> m_aside; ///< in hand when undo brought another; next at the end
};

} // namespace ir
