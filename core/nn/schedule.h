#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ir {

struct TrainOptions;

/// Learning rate at a time in epochs (fractional): that of the classifier alone at first, then linear warm-up, then cosines from the full rate to a
/// hundredth of it, restarting as the options say (SGDR, Loshchilov & Hutter 2017, arXiv:1608.03983). The
/// last cycle is cut to end with the last epoch.
[[nodiscard]] double learningRateAt(const TrainOptions& options, double epoch);

/// Side in pixels of the images an epoch (1 …) trains on: with options.startSize it grows from there in steps of 32
/// to the input's (progressive resizing, as in Tan & Le 2021, arXiv:2104.00298), and the last two fifths of the
/// epochs see the whole size. A function of its arguments alone.
[[nodiscard]] int sideAt(const TrainOptions& options, int epoch);

/// Which images an epoch draws, in order: `draws` indices into `labels`, with repeats. Classes and sources
/// within a class are evened out by powers of their counts; systematic sampling keeps the counts as even as
/// they can be. A function of its arguments alone.
///
/// With `lossOf` (the last loss of each image; negative: not seen yet) options.hardExamples is the share of the draws
/// that goes by loss instead, within each class and source, whose own shares stay (online batch selection,
/// Loshchilov & Hutter 2016, arXiv:1511.06343). A loss counts for no more than three times the mean: the images that
/// lose most are often labelled wrongly, and would be learnt by heart. What that takes off is spread evenly. Images not
/// seen yet count as the mean.
[[nodiscard]] std::vector<std::size_t> drawEpoch(const std::vector<int>& labels,
                                                 const std::vector<int>& sources, std::size_t draws,
                                                 const TrainOptions& options, int epoch,
                                                 const std::vector<float>& lossOf = {});

} // namespace ir
