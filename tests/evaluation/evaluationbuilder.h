#pragma once

#include "evaluation/evaluation.h"

#include <string>

namespace ir::test {

/// A model's answers to images that nobody decoded.
class EvaluationBuilder
{
public:
    explicit EvaluationBuilder(std::vector<std::string> columns = {},
                               std::vector<std::string> classes = defaultClasses())
    {
        evaluation.setName = "set.csv";
        evaluation.modelName = "net";
        evaluation.model.architecture = "mobilenet_v1";
        evaluation.model.classes = std::move(classes);
        evaluation.columns = std::move(columns);
    }

    /// `tag` < 0: unreadable. The rest of the confidence is shared by the other classes.
    EvaluationBuilder& add(const std::string& label, int tag, float confidence = 0.9F,
                           std::vector<std::string> values = {}, bool needsReview = false)
    {
        Evaluation::Row row;
        row.path = "image" + std::to_string(evaluation.rows.size());
        row.file = row.path;
        row.label = label;
        const auto& classes = evaluation.model.classes;
        for (std::size_t c = 0; c < classes.size(); ++c)
            if (classes[c] == label)
                row.truth = c;
        row.values = std::move(values);
        row.values.resize(evaluation.columns.size());
        if (tag >= 0) {
            Prediction said;
            said.probabilities.assign(classes.size(),
                                      (1 - confidence) / static_cast<float>(classes.size() - 1));
            said.probabilities[static_cast<std::size_t>(tag)] = confidence;
            said.classIndex = tag;
            said.confidence = confidence;
            said.needsReview = needsReview;
            row.prediction = std::move(said);
        } else {
            row.reason = "It is broken.";
        }
        evaluation.rows.push_back(std::move(row));
        return *this;
    }

    Evaluation evaluation;
};

} // namespace ir::test
