#pragma once

#include "catalog/catalog.h"

#include <QVector>

#include <vector>

namespace ir::ui {

/// What became of an image in one annotation project.
struct ReviewTrace
{
    QString project;
    std::vector<ReviewEvent> events; ///< oldest first
};

/// As far as `person` may see it. Blocks; any thread. Empty where the catalog cannot be read.
[[nodiscard]] QVector<ReviewTrace> readTraces(const Catalog& catalog, ImageId image, const QString& person);

} // namespace ir::ui
