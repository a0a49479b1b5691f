#pragma once

#include "catalog/catalog.h"
#include "pipeline/imagelist.h"
#include "review/project.h"

#include <QStringList>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ir {

/// Which images of a catalog an annotation project is about: those for which all of this holds.
struct ReviewChoice
{
    enum class Labels { Any, Without, With };
    /// How many of a sample each predicted class gets.
    enum class Strata {
        Proportional, ///< the share it has of what is drawn from
        Equal         ///< as many as any other, or all it has
    };

    QString folder;              ///< images under it; empty: all
    QStringList classes;         ///< that the model gave; empty: any, or none
    bool needsReview = false;    ///< only where the model abstains and nobody labelled
    Labels labels = Labels::Any; ///< given by people, outside projects
    std::optional<std::filesystem::path>
        list;               ///< CSV: path (or image), sop_instance_uid, digest; one is enough
    std::size_t sample = 0; ///< draw so many at random, by predicted class; 0: all
    Strata strata = Strata::Proportional;
    std::uint64_t seed = 1; ///< the same seed and images give the same sample, in any catalog
};

struct ChosenImages
{
    std::vector<ReviewImage>
        images; ///< in the order of their paths; uncertainty is 1 − confidence, 1 without a tag
    std::map<QString, std::size_t> countOf; ///< of those, by predicted class; "": not classified
    std::size_t available = 0;              ///< images that the sample was drawn from, or all
    std::size_t unread = 0;                 ///< files passed over: not read yet, or unreadable
    std::size_t listed = 0;                 ///< rows of the list
    std::vector<MissedRow> missed;          ///< of those, without an image
};

/// Chooses them; an image with several paths counts once. `modelId`: whose predictions count
/// (empty: the latest). Blocks; reads only. Errors: the list cannot be read or has no column to
/// find images by; the sample is larger than what there is.
[[nodiscard]] Result<ChosenImages> chooseImages(const Catalog& catalog, const ReviewChoice& choice,
                                                const std::string& modelId = {});

} // namespace ir
