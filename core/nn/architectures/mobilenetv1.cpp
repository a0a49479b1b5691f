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
/// As in the Keras and TensorFlow nets that the ImageNet weights come from.
constexpr double epsilon = 1e-3;

ConvBn unit(const ConvShape& shape)
{
    return ConvBn(shape, Activation::Relu6, epsilon);
}

class BlockImpl : public torch::nn::Module
{
public:
    BlockImpl(int in, BlockShape shape)
        : m_depthwise(register_module(
              "depthwise", unit({.in = in, .out = in, .kernel = 3, .stride = shape.stride, .groups = in}))),
          m_pointwise(register_module("pointwise", unit({.in = in, .out = shape.out})))
    {}
    torch::Tensor forward(torch::Tensor x)
    {
        return m_pointwise->forward(m_depthwise->forward(std::move(x)));
    }

private:
    ConvBn m_depthwise;
    ConvBn m_pointwise;
};
TORCH_MODULE(Block);

class MobileNetV1 final : public Network
{
public:
    explicit MobileNetV1(int classes)
        : m_stem(register_module("stem", unit({.in = 3, .out = stemChannels, .kernel = 3, .stride = 2})))
    {
        torch::nn::ModuleList blocks;
        int in = stemChannels;
        for (const BlockShape shape : blockShapes) {
            m_blocks.emplace_back(in, shape);
            blocks->push_back(m_blocks.back());
            in = shape.out;
        }
        register_module("blocks", blocks);
        addClassifier(featureChannels, classes);
    }

    torch::Tensor maps(torch::Tensor x) override
    {
        x = m_stem->forward(std::move(x));
        for (Block& block : m_blocks)
            x = block->forward(std::move(x));
        return x;
    }

private:
    ConvBn m_stem;
    std::vector<Block> m_blocks;
};

} // namespace

std::shared_ptr<Network> makeMobileNetV1(int classes)
{
    return std::make_shared<MobileNetV1>(classes);
}

} // namespace ir::nn
