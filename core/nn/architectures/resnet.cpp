#include "nn/architectures/resnet_p.h"

namespace ir::nn {

namespace {

constexpr int stemChannels = 64;

class BlockImpl : public torch::nn::Module
{
public:
    BlockImpl(int in, int out, int stride)
        : m_first(register_module(
              "first", ConvBn(ConvShape{.in = in, .out = out, .kernel = 3, .stride = stride}, Activation::Relu))),
          m_second(register_module("second",
                                   ConvBn(ConvShape{.in = out, .out = out, .kernel = 3}, Activation::None)))
    {
        if (stride != 1 || in != out)
            m_shortcut = register_module(
                "shortcut", ConvBn(ConvShape{.in = in, .out = out, .stride = stride}, Activation::None));
    }

    torch::Tensor forward(const torch::Tensor& input)
    {
        auto x = m_second->forward(m_first->forward(input));
        x.add_(m_shortcut ? m_shortcut->forward(input) : input);
        return activated(std::move(x), Activation::Relu);
    }

private:
    ConvBn m_first;
    ConvBn m_second;
    ConvBn m_shortcut = nullptr; ///< null where the shapes are the same
};
TORCH_MODULE(Block);

class ResNet final : public Network
{
public:
    ResNet(const std::array<int, 4>& blocks, int classes)
        : m_stem(register_module("stem",
                                 ConvBn(ConvShape{.in = 3, .out = stemChannels, .kernel = 7, .stride = 2},
                                        Activation::Relu)))
    {
        torch::nn::ModuleList stages;
        int in = stemChannels;
        int out = stemChannels;
        for (const int count : blocks) {
            torch::nn::ModuleList stage;
            for (int i = 0; i < count; ++i) {
                m_blocks.emplace_back(in, out, i == 0 && out != stemChannels ? 2 : 1);
                stage->push_back(m_blocks.back());
                in = out;
            }
            stages->push_back(stage);
            out *= 2;
        }
        register_module("stages", stages);
        addClassifier(in, classes);
    }

    torch::Tensor maps(torch::Tensor x) override
    {
        x = torch::max_pool2d(m_stem->forward(std::move(x)), /*kernel_size=*/3, /*stride=*/2, /*padding=*/1);
        for (Block& block : m_blocks)
            x = block->forward(x);
        return x;
    }

private:
    ConvBn m_stem;
    std::vector<Block> m_blocks;
};

} // namespace

std::shared_ptr<Network> makeResNet(const std::array<int, 4>& blocks, int classes)
{
    return std::make_shared<ResNet>(blocks, classes);
}

} // namespace ir::nn
