#include "nn/architectures/mobilenetv2_p.h"

#include "nn/architectures/invertedresidual_p.h"

namespace ir::nn {

namespace {

/// A row of the paper's table 2: blocks of one width; only the first has the stride.
struct Stage
{
    int expansion;
    int out;
    int blocks;
    int stride;
};
constexpr Stage stages[] = {{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2},
                            {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
constexpr int stemChannels = 32;
constexpr int featureChannels = 1280;

class MobileNetV2 final : public Network
{
public:
    explicit MobileNetV2(int classes)
        : m_stem(register_module("stem",
                                 ConvBn(ConvShape{.in = 3, .out = stemChannels, .kernel = 3, .stride = 2},
                                        Activation::Relu6)))
    {
        torch::nn::ModuleList blocks;
        int in = stemChannels;
        for (const Stage& stage : stages)
            for (int i = 0; i < stage.blocks; ++i) {
                m_blocks.emplace_back(InvertedResidualShape{.in = in,
                                                            .out = stage.out,
                                                            .stride = i == 0 ? stage.stride : 1,
                                                            .expansion = stage.expansion});
                blocks->push_back(m_blocks.back());
                in = stage.out;
            }
        register_module("blocks", blocks);
        m_last = register_module(
            "last", ConvBn(ConvShape{.in = in, .out = featureChannels}, Activation::Relu6));
        addClassifier(featureChannels, classes);
    }

    torch::Tensor maps(torch::Tensor x) override
    {
        x = m_stem->forward(std::move(x));
        for (InvertedResidual& block : m_blocks)
            x = block->forward(x);
        return m_last->forward(std::move(x));
    }

private:
    ConvBn m_stem;
    std::vector<InvertedResidual> m_blocks;
    ConvBn m_last = nullptr;
};

} // namespace

std::shared_ptr<Network> makeMobileNetV2(int classes)
{
    return std::make_shared<MobileNetV2>(classes);
}

} // namespace ir::nn
