#pragma once

// Needs ir_nn.

#include "base/prediction.h"
#include "image/grayimage.h"
#include "nn/architectures/registry.h"
#include "nn/modelinfo.h"
#include "nn/outlier.h"

#include <QString>
#include <QtGlobal>

#include <cmath>
#include <filesystem>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace ir::test {

/// A weights file of random numbers, of the size of trained ones: convolutions keep the variance, BatchNorm
/// has a mean and a variance to be folded.
class RandomModel
{
public:
    explicit RandomModel(std::uint32_t seed, bool withOutliers = false,
                         const std::vector<std::string>& classes = defaultClasses(),
                         const std::string& architecture = "mobilenet_v1")
    {
        std::mt19937 random(seed);
        for (const TensorSpec& spec : tensorSpecs(architecture, static_cast<int>(classes.size())))
            add(spec.name, spec.shape, random);
        if (withOutliers) {
            add(std::string(outlierProjection), {1024, 8}, random);
            add(std::string(outlierOffset), {8}, random);
            add(std::string(outlierCentres), {4, 8}, random);
        }
        info.architecture = architecture;
        info.classes = classes;
        info.input.size = 96;
        info.temperature = 1.5;
    }

    [[nodiscard]] std::vector<float>& values(const std::string& name)
    {
        for (std::size_t i = 0; i < m_names.size(); ++i)
            if (m_names[i] == name)
                return m_values[i];
        qFatal("no tensor %s", name.c_str());
    }

    [[nodiscard]] std::filesystem::path writeTo(const QString& path)
    {
        std::vector<Safetensors::Entry> entries;
        for (std::size_t i = 0; i < m_names.size(); ++i)
            entries.push_back({m_names[i], Safetensors::Type::F32, m_shapes[i],
                               std::as_bytes(std::span(m_values[i]))});
        const std::filesystem::path file = path.toStdString();
        const auto written = writeModelFile(file, info, entries);
        if (!written)
            qFatal("%s", written.error().message.c_str());
        return file;
    }

    ModelInfo info;

private:
    void add(const std::string& name, const std::vector<std::int64_t>& shape, std::mt19937& random)
    {
        std::vector<float> values(static_cast<std::size_t>(elementCount(shape)));
        const double fanIn = shape.size() < 2 ? 1
                                              : static_cast<double>(elementCount(shape)) /
                                                    static_cast<double>(shape.front());
        std::normal_distribution<float> normal(0, static_cast<float>(std::sqrt(2 / fanIn)));
        std::uniform_real_distribution<float> positive(0.5F, 1.5F);
        const bool scale = name.ends_with("running_var") || name.ends_with("bn.weight");
        for (float& value : values)
            value = scale ? positive(random) : shape.size() < 2 ? 0.2F * normal(random) : normal(random);
        m_names.push_back(name);
        m_shapes.push_back(shape);
        m_values.push_back(std::move(values));
    }

    std::vector<std::string> m_names;
    std::vector<std::vector<std::int64_t>> m_shapes;
    std::vector<std::vector<float>> m_values;
};

/// Smooth shapes with some noise: neither flat nor white.
inline GrayImage randomImage(std::uint32_t seed, int width, int height)
{
    std::mt19937 random(seed);
    const double fx = 0.01 + 0.0001 * (random() % 500);
    const double fy = 0.01 + 0.0001 * (random() % 500);
    GrayImage image(width, height);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            image.row(y)[x] = static_cast<std::uint8_t>(110 + 80 * std::sin(fx * x) * std::cos(fy * y) +
                                                        static_cast<double>(random() % 40));
    return image;
}

} // namespace ir::test
