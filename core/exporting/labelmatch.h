#pragma once

#include "exporting/labelimport.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace ir {

/// An image that labels may belong to.
struct LabelTarget
{
    std::string path;
    std::string sopInstanceUid; ///< empty: none
    std::string digest;         ///< SHA-256 of the file, hex; empty: not known
    std::string
        standIn; ///< its name in exported data sets (PseudonymKey::uid of the digest); may be empty
};

/// Which image each label belongs to.
struct LabelMatches
{
    struct Match
    {
        std::size_t label = 0;  ///< index into the labels
        std::size_t target = 0; ///< index into the targets
        const char* by = "";    ///< "sop_instance_uid", "digest", "path", "name", "stand_in"
    };
    struct Miss
    {
        std::size_t label = 0;
        std::string reason; ///< a sentence
    };
    std::vector<Match> matches; ///< each target at most once, by target
    std::vector<Miss> misses;
    std::size_t withoutLabel = 0; ///< targets that no label belongs to
};

/// Where the image of one label is.
struct LabelPlace
{
    std::optional<std::size_t> target; ///< index into the targets
    const char* by = "";               ///< as LabelMatches::Match
    std::string reason;                ///< a sentence, where there is none
};

/// Of each label, whatever the others say: the first steps of matchLabels(). Pure.
[[nodiscard]] std::vector<LabelPlace> findTargets(const std::vector<ImportedLabel>& labels,
                                                  const std::vector<LabelTarget>& targets);

/// By SOP Instance UID, else digest, else the path: the whole of it, else the longest run of its
/// last components that only one target ends with, else its stand-in; the file's extension counts
/// only while that helps. What fits several targets, or says two things of one image, is a miss.
/// Pure.
[[nodiscard]] LabelMatches matchLabels(const std::vector<ImportedLabel>& labels,
                                       const std::vector<LabelTarget>& targets);

} // namespace ir
