#include "nn/architectures/efficientnet_p.h"

#include "nn/architectures/invertedresidual_p.h"

#include <algorithm>
#include <cmath>

namespace ir::nn {

namespace {

/// A row of the paper's table 1: blocks of one width; only the first has the stride.
struct Stage
{
    int expansion;
    int kernel;
    int out;
    int blocks;
    int stride;
};
constexpr Stage stages[] = {{1, 3, 16, 1, 1},  {6, 3, 24, 2, 2},  {6, 5, 40, 2, 2}, {6, 3, 80, 3, 2},
                            {6, 5, 112, 3, 1}, {6, 5, 192, 4, 2}, {6, 3, 320, 1, 1}};
constexpr int stemChannels = 32;
constexpr int featureChannels = 1280;
constexpr auto activation = Activation::Silu;

/// The nearest multiple of 8, but never more than a tenth below what was asked for.
int scaledChannels(int channels, double width)
{
    const double wanted = channels * width;
    const int nearest = std::max(8, static_cast<int>(wanted + 4) / 8 * 8);
    return nearest < 0.9 * wanted ? nearest + 8 : nearest;
}

class EfficientNet final : public Network
{
public:
    EfficientNet(const EfficientNetScale& scale, int classes)
    {
        int in = scaledChannels(stemChannels, scale.width);
        m_stem = register_module(
            "stem", ConvBn(ConvShape{.in = 3, .out = in, .kernel = 3, .stride = 2}, activation));
        torch::nn::ModuleList list;
        for (const Stage& stage : stages) {
            torch::nn::ModuleList blocks;
            const int out = scaledChannels(stage.out, scale.width);
            const int count = static_cast<int>(std::ceil(stage.blocks * scale.depth));
            for (int i = 0; i < count; ++i) {
                m_blocks.emplace_back(InvertedResidualShape{.in = in,
                                                            .out = out,
                                                            .kernel = stage.kernel,
                                                            .stride = i == 0 ? stage.stride : 1,
                                                            .expansion = stage.expansion,
                                                            .activation = activation,
                                                            .squeezeExcite = true});
                blocks->push_back(m_blocks.back());
                in = out;
            }
            list->push_back(blocks);
        }
        register_module("stages", list);
        const int features = scaledChannels(featureChannels, scale.width);
        m_last = register_module("last", ConvBn(ConvShape{.in = in, .out = features}, activation));
        addClassifier(features, classes);
    }

    torch::Tensor maps(torch::Tensor x) override
    {
        x = m_stem->forward(std::move(x));
        for (InvertedResidual& block : m_blocks)
            x = block->forward(x);
        return m_last->forward(std::move(x));
    }

private:
    ConvBn m_stem = nullptr;
    std::vector<InvertedResidual> m_blocks;
    ConvBn m_last = nullptr;
};

} // namespace

std::shared_ptr<Network> makeEfficientNet(const EfficientNetScale& scale, int classes)
{
    return std::make_shared<EfficientNet>(scale, classes);
}

} // namespace ir::nn
