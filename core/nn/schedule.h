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
[[nodiscard]] std::vector<std::size_t> drawEpoch(const std::vector<int>& labels,
                                                 const std::vector<int>& sources, std::size_t draws,
                                                 const TrainOptions& options, int epoch);

} // namespace ir
