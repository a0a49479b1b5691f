#pragma once

#include "base/csv.h"
#include "base/prediction.h"
#include "nn/metrics.h"
#include "nn/modelinfo.h"

#include <optional>
#include <string>
#include <vector>

namespace ir::cli {

/// Everything `evaluate` found, before it is summed up.
struct Evaluation
{
    struct Row
    {
        std::size_t line = 0; ///< in the manifest
        std::string path;     ///< as the manifest has it
        std::string label;
        std::optional<std::size_t> truth; ///< the label as a class index; none: no class of the model
        std::optional<Prediction> prediction;
        std::string reason; ///< why there is none
    };

    CsvTable manifest;
    std::string manifestName;
    std::string split; ///< empty: all rows
    ModelInfo model;
    std::string modelName;
    std::vector<std::string> by; ///< columns that get a table
    BootstrapOptions bootstrap;
    std::vector<Row> rows;
    std::string device;
    double seconds = 0;
};

/// Both write to standard output.
void printJson(const Evaluation& evaluation);
void printText(const Evaluation& evaluation);

[[nodiscard]] Result<void> writePredictions(const std::string& path, const Evaluation& evaluation);

} // namespace ir::cli
