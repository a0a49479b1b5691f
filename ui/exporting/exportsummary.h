#pragma once

#include "exporting/sortedexport.h"
#include "exporting/trainingset.h"

#include <QString>

namespace ir::ui {

// What an export would do or did, as rich text for people.

[[nodiscard]] QString describePlan(const ExportPlan& plan);
[[nodiscard]] QString describeReport(const ExportReport& report);
[[nodiscard]] QString describeReport(const TrainingExportReport& report);

} // namespace ir::ui
