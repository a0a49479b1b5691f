#include "evaluation/charts_p.h"

#include "evaluation/html_p.h"

#include <algorithm>
#include <cmath>

namespace ir::html {

namespace {

/// The plotting area and its scales: data x in 0…1, y in 0…yMax.
struct Frame
{
    double left = 48;
    double top = 24;
    double width = 372;
    double height = 208;
    double yMax = 1;

    [[nodiscard]] double x(double value) const { return left + width * value; }
    [[nodiscard]] double y(double value) const { return top + height * (1 - value / yMax); }
};

std::string n(double value)
{
    return number(value, 2);
}

std::string line(double x1, double y1, double x2, double y2, const char* kind)
{
    return "<line class=\"" + std::string(kind) + "\" x1=\"" + n(x1) + "\" y1=\"" + n(y1) + "\" x2=\"" +
           n(x2) + "\" y2=\"" + n(y2) + "\"/>";
}

std::string label(double x, double y, const char* anchor, const std::string& words)
{
    return "<text x=\"" + n(x) + "\" y=\"" + n(y) + "\" text-anchor=\"" + anchor + "\">" + text(words) +
           "</text>";
}

std::string rectangle(double x, double y, double width, double height, const char* kind,
                      const std::string& tip)
{
    return "<rect class=\"" + std::string(kind) + "\" x=\"" + n(x) + "\" y=\"" + n(y) + "\" width=\"" +
           n(width) + "\" height=\"" + n(height) + "\"><title>" + text(tip) + "</title></rect>";
}

std::string begin(const std::string& name, double height)
{
    return "<svg class=\"chart\" viewBox=\"0 0 440 " + n(height) + "\" role=\"img\" aria-label=\"" +
           text(name) + "\">";
}

/// Grid lines with figures at fifths of both axes; `decimals` of the figures on the y axis, in per cent.
std::string axes(const Frame& frame, int decimals)
{
    std::string svg;
    for (int i = 0; i <= 5; ++i) {
        const double share = i / 5.0;
        const double y = frame.y(share * frame.yMax);
        svg += line(frame.left, y, frame.left + frame.width, y, "grid");
        svg += label(frame.left - 6, y + 4, "end", number(100 * share * frame.yMax, decimals));
        svg += label(frame.x(share), frame.top + frame.height + 16, "middle", number(100 * share, 0));
    }
    return svg;
}

/// A round number not below `value`: 1, 2 or 5 times a power of ten, at most 1.
double roundedUp(double value)
{
    const double power = std::pow(10, std::floor(std::log10(std::max(value, 1e-3))));
    for (const double step : {1.0, 2.0, 5.0, 10.0})
        if (step * power >= value)
            return std::min(1.0, step * power);
    return 1;
}

} // namespace

std::string reliabilityChart(const Calibration& calibration)
{
    const Frame frame;
    constexpr double histogram = 36; // height of the tallest bar
    std::string svg = begin("Reliability diagram: accuracy by confidence", 330);
    svg += axes(frame, 0);
    svg += line(frame.x(0), frame.y(0), frame.x(1), frame.y(1), "ideal");
    std::size_t most = 1;
    for (const ReliabilityBin& bin : calibration.bins)
        most = std::max(most, bin.images);
    const double floor = frame.top + frame.height + 24 + histogram;
    for (const ReliabilityBin& bin : calibration.bins) {
        if (bin.images == 0)
            continue;
        const double x = frame.x(bin.low) + 1.5;
        const double width = frame.width * (bin.high - bin.low) - 3;
        const std::string tip = "confidence " + percent(bin.low, 0) + " to " + percent(bin.high, 0) + ": " +
                                count(bin.images) + " images, mean confidence " + percent(bin.confidence) +
                                ", " + percent(bin.accuracy) + " right";
        svg += rectangle(x, frame.y(bin.accuracy), width, frame.y(0) - frame.y(bin.accuracy), "bar", tip);
        svg += line(x, frame.y(bin.confidence), x + width, frame.y(bin.confidence), "mark");
        // Logarithmic, since nearly all images are in the last bin.
        const double tall =
            histogram * std::log1p(static_cast<double>(bin.images)) / std::log1p(static_cast<double>(most));
        svg += rectangle(x, floor - tall, width, tall, "quiet", tip);
        svg += label(x + width / 2, floor + 12, "middle", count(bin.images));
    }
    svg += label(frame.x(0.5), 324, "middle", "confidence, % (below: images)");
    svg += label(12, 12, "start", "right, %");
    return svg + "</svg>";
}

std::string riskCoverageChart(const Calibration& calibration)
{
    // The first few images make any curve jump: the scale is that of the rest.
    double highest = 0.001;
    for (const AcceptancePoint& point : calibration.curve)
        if (point.coverage >= 0.05)
            highest = std::max(highest, point.risk);
    Frame frame;
    frame.height = 260;
    frame.yMax = roundedUp(1.05 * highest);
    std::string svg = begin("Risk–coverage curve: share of wrong tags by share accepted", 330);
    svg += axes(frame, frame.yMax < 0.05 ? 2 : frame.yMax < 0.5 ? 1 : 0);
    const double target = 1 - acceptedPrecision;
    if (target < frame.yMax)
        svg += line(frame.x(0), frame.y(target), frame.x(1), frame.y(target), "ideal");
    std::string points;
    double lastX = -1;
    double lastY = -1;
    for (const AcceptancePoint& point : calibration.curve) {
        const double x = frame.x(point.coverage);
        const double y = frame.y(std::min(point.risk, frame.yMax));
        // What a pixel cannot show is left out, or large sets would make large files.
        if (&point != &calibration.curve.back() && std::abs(x - lastX) < 0.4 && std::abs(y - lastY) < 0.4)
            continue;
        points += n(x) + "," + n(y) + " ";
        lastX = x;
        lastY = y;
    }
    svg += "<polyline class=\"curve\" points=\"" + points + "\"/>";
    if (const auto& point = calibration.precise) {
        svg +=
            "<circle class=\"dot\" cx=\"" + n(frame.x(point->coverage)) + "\" cy=\"" +
            n(frame.y(point->risk)) + "\" r=\"4\"><title>" +
            text(percent(point->coverage) + " accepted at a confidence of " + number(point->threshold, 3)) +
            "</title></circle>";
    }
    svg += label(frame.x(0.5), 324, "middle", "accepted, %");
    svg += label(12, 12, "start", "wrong, %");
    return svg + "</svg>";
}

std::string intervalBar(double value, const Interval& interval, double low)
{
    const auto x = [&](double at) { return 2 + 96 * std::clamp((at - low) / (1 - low), 0.0, 1.0); };
    return "<svg class=\"interval\" viewBox=\"0 0 100 12\" aria-hidden=\"true\">" +
           line(x(low), 6, x(1), 6, "grid") + line(x(interval.low), 6, x(interval.high), 6, "curve") +
           "<circle class=\"dot\" cx=\"" + n(x(value)) + "\" cy=\"6\" r=\"3\"/></svg>";
}

} // namespace ir::html
