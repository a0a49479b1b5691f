#pragma once

#include "catalog/records.h"
#include "style/classstyle.h"

#include <QPixmap>
#include <QRect>

class QPainter;

namespace ir::ui {

/// How sure the class on a chip is.
enum class Certainty {
    Guess,  ///< the model's: outlined
    Review, ///< the model's, and it abstains: hatched
    Human,  ///< a person decided: filled
};

[[nodiscard]] inline Certainty certaintyOf(const FileSummary& file)
{
    if (!file.label.isEmpty())
        return Certainty::Human;
    return file.needsReview ? Certainty::Review : Certainty::Guess;
}

/// The chip's width for a height: a letter needs no more.
[[nodiscard]] inline int chipWidth(int height) { return height + height / 4; }

/// Paints the letter of a class as a chip that fills `rect`, in the font of `painter`.
void paintClassChip(QPainter* painter, const QRect& rect, const ClassStyle& style, Certainty certainty);

inline constexpr QSize kChipIcon(25, 20); ///< in device-independent pixels
/// A class as a picture for buttons and tables: its letter in its colour.
[[nodiscard]] QPixmap chipIcon(const ClassStyle& style, qreal devicePixelRatio);

/// The corner marks, as line drawings that need no font.
enum class Mark { Corrected, Review, Unreadable };
void paintMark(QPainter* painter, const QRectF& rect, Mark mark);

} // namespace ir::ui
