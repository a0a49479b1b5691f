#include "nn/architectures/mobilenetv1_p.h"

namespace ir::nn {

namespace {

struct BlockShape
{
    int out;
    int stride;
};
constexpr BlockShape blockShapes[] = {{64, 1},  {128, 2}, {128, 1}, {256, 2}, {256, 1},
                                      {512, 2}, {512, 1}, {512, 1}, {512, 1}, {512, 1},
                                      {512, 1}, {1024, 2}, {1024, 1}};
constexpr int stemChannels = 32;
constexpr int featureChannels = 1024;

class BlockImpl : public torch::nn::Module
{
public:
    BlockImpl(int in, BlockShape shape)
        : depthwise(register_module("depthwise", ConvBn(in, in, 3, shape.stride, in))),
          pointwise(register_module("pointwise", ConvBn(in, shape.out, 1, 1, 1)))
    {}
    torch::Tensor forward(torch::Tensor x)
    {
        return pointwise->forward(depthwise->forward(std::move(x)));
    }
    ConvBn depthwise;
    ConvBn pointwise;
};
TORCH_MODULE(Block);

class MobileNetV1 final : public Network
{
public:
    explicit MobileNetV1(int classes) : m_stem(register_module("stem", ConvBn(3, stemChannels, 3, 2, 1)))
    {
        torch::nn::ModuleList blocks;
        int in = stemChannels;
        for (const BlockShape shape : blockShapes) {
            m_blocks.emplace_back(in, shape);
            blocks->push_back(m_blocks.back());
            in = shape.out;
        }
        register_module("blocks", blocks);
        m_classifier = register_module("classifier", torch::nn::Linear(featureChannels, classes));
    }

    torch::Tensor features(torch::Tensor x) override
    {
        x = m_stem->forward(std::move(x));
        for (Block& block : m_blocks)
            x = block->forward(std::move(x));
        return x.mean({2, 3});
    }

    torch::Tensor classify(torch::Tensor features) override
    {
        return m_classifier->forward(std::move(features));
    }

    std::vector<ConvBn> units() override
    {
        std::vector<ConvBn> all{m_stem};
        for (Block& block : m_blocks) {
            all.push_back(block->depthwise);
            all.push_back(block->pointwise);
        }
        return all;
    }

private:
    ConvBn m_stem;
    std::vector<Block> m_blocks;
    torch::nn::Linear m_classifier = nullptr;
};

} // namespace

std::shared_ptr<Network> makeMobileNetV1(int classes)
{
    return std::make_shared<MobileNetV1>(classes);
}

} // namespace ir::nn
