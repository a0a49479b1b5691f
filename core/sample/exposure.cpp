#include "sample/exposure.h"

#include "sample/exactmath.h"
#include "sample/glyphs.h"

#include <algorithm>
#include <cmath>

namespace ir::sample {

namespace {

/// A plane reduced by a whole factor, blurred there and read back smoothly: wide blurs at little
/// cost.
class Coarse
{
public:
    Coarse(const std::vector<float>& plane, int width, int height, double sigma)
        : m_factor(std::max(1, static_cast<int>(sigma / 3))),
          m_width((width + m_factor - 1) / m_factor), m_height((height + m_factor - 1) / m_factor),
          m_values(static_cast<std::size_t>(m_width) * static_cast<std::size_t>(m_height))
    {
        for (int j = 0; j < m_height; ++j)
            for (int i = 0; i < m_width; ++i) {
                double sum = 0;
                int count = 0;
                for (int y = j * m_factor; y < std::min(height, (j + 1) * m_factor); ++y)
                    for (int x = i * m_factor; x < std::min(width, (i + 1) * m_factor);
                         ++x, ++count)
                        sum += static_cast<double>(
                            plane[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                                  static_cast<std::size_t>(x)]);
                m_values[index(i, j)] = static_cast<float>(sum / count);
            }
        blurPlane(m_values, m_width, m_height, sigma / m_factor);
    }

    /// The blurred value at each pixel of a row.
    void row(int j, std::vector<float>& out) const
    {
        const double y = std::clamp((j + 0.5) / m_factor - 0.5, 0.0, m_height - 1.0);
        const int y0 = std::min(static_cast<int>(y), std::max(0, m_height - 2));
        const int y1 = std::min(y0 + 1, m_height - 1);
        const auto fy = static_cast<float>(y - y0);
        for (std::size_t i = 0; i < out.size(); ++i) {
            const double x =
                std::clamp((static_cast<double>(i) + 0.5) / m_factor - 0.5, 0.0, m_width - 1.0);
            const int x0 = std::min(static_cast<int>(x), std::max(0, m_width - 2));
            const int x1 = std::min(x0 + 1, m_width - 1);
            const auto fx = static_cast<float>(x - x0);
            const float a =
                m_values[index(x0, y0)] + fx * (m_values[index(x1, y0)] - m_values[index(x0, y0)]);
            const float b =
                m_values[index(x0, y1)] + fx * (m_values[index(x1, y1)] - m_values[index(x0, y1)]);
            out[i] = a + fy * (b - a);
        }
    }

private:
    [[nodiscard]] std::size_t index(int i, int j) const
    {
        return static_cast<std::size_t>(j) * static_cast<std::size_t>(m_width) +
               static_cast<std::size_t>(i);
    }
    int m_factor, m_width, m_height;
    std::vector<float> m_values;
};

/// How far inside the collimated field each pixel lies: 0 outside, 1 inside, a penumbra between.
std::vector<float> fieldMask(int width, int height, const Exposure& e)
{
    std::vector<float> mask(static_cast<std::size_t>(width) * static_cast<std::size_t>(height),
                            1.0F);
    if (e.border == Border::None)
        return mask;
    const double cx = (e.fieldLow.x + e.fieldHigh.x) / 2 * width;
    const double cy = (e.fieldLow.y + e.fieldHigh.y) / 2 * height;
    const double hx = (e.fieldHigh.x - e.fieldLow.x) / 2 * width;
    const double hy = (e.fieldHigh.y - e.fieldLow.y) / 2 * height;
    const double c = exactCos(degrees(e.fieldTurn));
    const double s = exactSin(degrees(e.fieldTurn));
    const double penumbra = std::max(1.0, 0.003 * std::max(width, height));
    std::size_t k = 0;
    for (int j = 0; j < height; ++j)
        for (int i = 0; i < width; ++i, ++k) {
            const double x = i - cx, y = j - cy;
            const double inside =
                std::min(hx - std::abs(c * x + s * y), hy - std::abs(c * y - s * x));
            const double t = std::clamp(inside / penumbra + 0.5, 0.0, 1.0);
            mask[k] = static_cast<float>(t * t * (3 - 2 * t));
        }
    return mask;
}

/// Detected signal relative to free air, with scatter and noise, as attenuation -ln(signal).
void detect(Canvas& plane, const std::vector<float>& mask, const Exposure& e, Random& random)
{
    const int width = plane.width();
    const int height = plane.height();
    std::vector<float>& v = plane.values();
    std::size_t k = 0;
    for (int j = 0; j < height; ++j) {
        const auto tube = static_cast<float>(1 + e.heel * (0.5 - (j + 0.5) / height));
        for (int i = 0; i < width; ++i, ++k)
            v[k] = tube * mask[k] * exactExpFast(-v[k]);
    }
    const Coarse veil(v, width, height, e.scatterSpread * plane.frame().pixelsPerCm);
    std::vector<float> line(static_cast<std::size_t>(width));
    k = 0;
    for (int j = 0; j < height; ++j) {
        veil.row(j, line);
        for (int i = 0; i < width; ++i, ++k) {
            // Scatter comes from the patient: where the beam is free there is hardly any.
            const double scattered =
                e.scatter * static_cast<double>(std::min(line[static_cast<std::size_t>(i)], 0.12F));
            double signal = static_cast<double>(v[k]) + scattered;
            signal += random.normal() * std::sqrt((signal + 0.0005) / e.quanta);
            v[k] = static_cast<float>(-exactLog(std::max(signal, 2e-4)));
        }
    }
}

void process(Canvas& plane, const Exposure& e)
{
    const double scale = plane.frame().pixelsPerCm;
    const double extent = plane.width() / scale;
    std::vector<float>& v = plane.values();
    const Coarse coarse(v, plane.width(), plane.height(), 0.11 * extent * scale);
    const Coarse fine(v, plane.width(), plane.height(), 0.016 * extent * scale);
    std::vector<float> wide(static_cast<std::size_t>(plane.width()));
    std::vector<float> near(wide.size());
    std::size_t k = 0;
    for (int j = 0; j < plane.height(); ++j) {
        coarse.row(j, wide);
        fine.row(j, near);
        for (std::size_t i = 0; i < wide.size(); ++i, ++k)
            v[k] += static_cast<float>(e.enhance) * (v[k] - near[i]) -
                    static_cast<float>(e.equalise) * wide[i];
    }
}

/// The two quantiles of the pixels inside the field.
std::pair<float, float> range(const std::vector<float>& v, const std::vector<float>& mask,
                              const Exposure& e)
{
    std::vector<float> sorted;
    sorted.reserve(v.size() / 7 + 1);
    for (std::size_t i = 0; i < v.size(); i += 7)
        if (mask[i] > 0.95F)
            sorted.push_back(v[i]);
    if (sorted.empty())
        return {0.0F, 1.0F};
    const auto quantile = [&](double part) {
        const auto at = static_cast<std::ptrdiff_t>(part * static_cast<double>(sorted.size() - 1));
        std::nth_element(sorted.begin(), sorted.begin() + at, sorted.end());
        return sorted[static_cast<std::size_t>(at)];
    };
    const float low = quantile(e.darkest);
    const float high = quantile(e.brightest);
    return {low, std::max(high, low + 0.05F)};
}

double curve(double t, double steepness)
{
    t = std::clamp(t, 0.0, 1.0);
    if (steepness <= 0)
        return t;
    const auto logistic = [&](double x) { return 1 / (1 + exactExp(-steepness * 2 * (x - 0.5))); };
    const double low = logistic(0), high = logistic(1);
    return (logistic(t) - low) / (high - low);
}

} // namespace

Radiograph expose(Canvas attenuation, const Exposure& e, Random& random)
{
    const int width = attenuation.width();
    const int height = attenuation.height();
    attenuation.blur(e.blur);
    const std::vector<float> mask = fieldMask(width, height, e);
    detect(attenuation, mask, e, random);
    process(attenuation, e);
    const auto [low, high] = range(attenuation.values(), mask, e);

    std::vector<float> table(1025);
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = static_cast<float>(curve(static_cast<double>(i) / 1024, e.contrast));
    Radiograph image{width, height, std::move(attenuation.values())};
    const float outside = e.border == Border::White  ? 1.0F
                          : e.border == Border::Grey ? 0.13F
                                                     : 0.0F;
    for (std::size_t i = 0; i < image.values.size(); ++i) {
        const float t = std::clamp((image.values[i] - low) / (high - low), 0.0F, 1.0F) * 1024;
        const auto at = std::min<std::size_t>(static_cast<std::size_t>(t), 1023);
        const float f = t - static_cast<float>(at);
        const float shown = table[at] + f * (table[at + 1] - table[at]);
        image.values[i] = outside + mask[i] * (shown - outside);
    }
    for (const Label& label : e.labels)
        drawLabel(image, label);
    return image;
}

} // namespace ir::sample
