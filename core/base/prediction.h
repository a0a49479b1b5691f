#pragma once

#include <string>
#include <vector>

namespace ir {

/// What a model says of one image. Class names belong to the model (`modelId`): class lists are data.
struct Prediction
{
    std::vector<float> probabilities; ///< calibrated, one per class of the model, sums to 1
    int classIndex = -1;              ///< of the largest probability; -1: none
    float confidence = 0;             ///< probabilities[classIndex]
    float margin = 0;                 ///< largest minus second largest probability
    float outlierScore = 0;           ///< higher = less like anything trained on
    bool needsReview = false;         ///< under the model's threshold: the router abstains
    std::string modelId;              ///< SHA-256 of the weights file, hex
};

/// The paper's five classes, in the order of its tables; names as written in manifests and JSON.
inline const std::vector<std::string>& defaultClasses()
{
    static const std::vector<std::string> classes{"abdominal", "adult_chest", "pediatric_chest",
                                                  "spine", "others"};
    return classes;
}

} // namespace ir
