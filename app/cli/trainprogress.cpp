#include "trainprogress.h"

#include "commands.h"

#include <cmath>
#include <cstdio>
#include <iostream>

namespace ir::cli {

namespace {

std::string duration(double seconds)
{
    const auto total = static_cast<long>(std::lround(seconds));
    char text[32];
    std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", total / 3600, total / 60 % 60, total % 60);
    return text;
}

std::string line(const TrainProgress& p)
{
    char text[200];
    std::snprintf(text, sizeof text, "epoch %d/%d  batch %d/%d  loss %.4f  lr %.2g  %.1f images/s  %s left",
                  p.epoch, p.epochs, p.batch, p.batches, p.loss, p.learningRate, p.imagesPerSecond,
                  duration(p.secondsLeft).c_str());
    return text;
}

} // namespace

void showTraining(const TrainProgress& p)
{
    if (!p.message.empty()) {
        endProgress();
        std::cerr << p.message << '\n';
    } else if (p.epochDone) {
        endProgress();
        char text[200];
        std::snprintf(text, sizeof text,
                      "epoch %d/%d: loss %.4f, validation macro F1 %.4f, loss %.4f, %.1f images/s, %s left",
                      p.epoch, p.epochs, p.loss, p.validationMacroF1, p.validationLoss, p.imagesPerSecond,
                      duration(p.secondsLeft).c_str());
        std::cerr << text << std::endl;
    } else {
        showProgress(line(p));
    }
}

} // namespace ir::cli
