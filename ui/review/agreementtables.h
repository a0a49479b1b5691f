#pragma once

#include "review/agreement.h"
#include "style/classstyle.h"
#include "support/figuretable.h"

namespace ir::ui {

/// "0.93 (0.88 – 0.98)"; "0.93" where there is no interval; "–" where undefined.
[[nodiscard]] QString formatCoefficient(const Coefficient& coefficient);

/// All readers at once.
void showOverall(FigureTable& table, const Agreement& agreement);
/// Of two sides, each class against all others. `order` as for ConfusionView.
void showPerClass(FigureTable& table, const PairAgreement& agreement, const std::vector<std::size_t>& order,
                  const QVector<ClassStyle>& styles);

} // namespace ir::ui
