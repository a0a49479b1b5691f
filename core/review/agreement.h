#pragma once

#include "review/kappa.h"
#include "review/labelset.h"

#include <array>
#include <string>
#include <vector>

namespace ir {

/// Two labels of one image that differ; all indices into the LabelSet.
struct Disagreement
{
    std::uint32_t image = 0;
    std::uint32_t first = 0; ///< classes
    std::uint32_t second = 0;
};

/// One class against all others, over the images of a pair.
struct ClassAgreement
{
    std::uint64_t images = 0; ///< labelled so by at least one of the two
    double raw = 0;           ///< share of images on which both say "this" or both say "another"
    std::optional<double>
        specific; ///< 2·both / (first + second): Dice's; none where neither used the class
    Coefficient kappa;
};

/// How two sets of labels of the same images agree.
struct PairAgreement
{
    PairTable confusion;
    std::optional<double> raw; ///< share of images with equal labels; none without images
    Coefficient kappa;
    std::vector<ClassAgreement> perClass;
    std::vector<Disagreement> disagreements; ///< in the order of the images
};

/// Two readers, each with the first label they gave an image.
struct ReaderPair
{
    std::array<std::uint32_t, 2> readers{};
    PairAgreement agreement;
};

/// One reader who labelled images in two rounds.
struct RepeatPair
{
    std::uint32_t reader = 0;
    std::array<int, 2> rounds{};
    PairAgreement agreement;
};

/// Agreement of all readers at once.
struct FleissAgreement
{
    std::uint32_t labelsPerImage =
        0;                     ///< the number (≥ 2) that most images have; 0: no image has two
    std::uint64_t images = 0;  ///< with that many labels
    std::uint64_t leftOut = 0; ///< with another number
    Coefficient kappa;
    std::vector<Coefficient> perClass;
};

struct KrippendorffAgreement
{
    std::uint64_t images = 0; ///< with two labels or more
    std::uint64_t labels = 0; ///< of those images
    Coefficient alpha;
};

struct Agreement
{
    std::vector<ReaderPair> pairs;   ///< every two readers, in the order of their names
    std::vector<RepeatPair> repeats; ///< every two rounds of a reader that share an image
    FleissAgreement fleiss;
    KrippendorffAgreement krippendorff;
};

/// All figures of a set of labels. Between readers, the label of a reader's lowest round for an
/// image counts; later ones tell of the reader's own constancy. `options.level` is also that of
/// kappa's interval. Pure.
[[nodiscard]] Agreement agreementOf(const LabelSet& set, const BootstrapOptions& options = {});

} // namespace ir
