#pragma once

#include "catalog/catalog.h"
#include "nn/finetune.h"

#include <stop_token>

namespace ir {

/// What a model can learn from an archive people have looked through.
struct CorrectionSet
{
    /// How the images of one class were decided.
    struct Count
    {
        std::size_t corrected = 0; ///< people disagreed with the model
        std::size_t confirmed = 0; ///< people agreed
        [[nodiscard]] std::size_t all() const { return corrected + confirmed; }
    };

    std::vector<FineTuneImage> images; ///< labelled by people
    std::vector<FineTuneImage> replay; ///< untouched images that the model tagged, evenly over its classes
    std::map<std::string, Count> countOf;
    std::map<std::string, std::size_t> countOfReader; ///< images by who labelled them last
    std::size_t missing = 0; ///< labelled images whose file is not where it was

    [[nodiscard]] std::size_t corrected() const;
    [[nodiscard]] std::size_t confirmed() const;
};

/// Collects it from a catalog (under a folder, or all of it). Images with several paths count once. Groups are
/// patients, else studies. Untouched images of a device (where headers name none, of a folder) whose labelled
/// images were wrong more than a tenth of the time are not replayed: the model may be surely wrong there.
/// Blocks; reads the catalog only.
[[nodiscard]] Result<CorrectionSet> correctionsOf(const Catalog& catalog, const QString& folder = {},
                                                  const std::stop_token& stop = {});

} // namespace ir
