#include "nn/architectures/convbn_p.h"
#include "nn/architectures/fusedconv_p.h"

#include <QtTest>

#include <thread>
#include <vector>

#include <omp.h>

using ir::nn::Activation;
using ir::nn::ConvShape;

Q_DECLARE_METATYPE(ConvShape)
Q_DECLARE_METATYPE(Activation)

namespace {

struct Layer
{
    ConvShape shape;
    Activation activation = Activation::None;
    torch::Tensor weight;
    torch::Tensor bias;

    Layer(const ConvShape& shape_, Activation activation_, torch::ScalarType type)
        : shape(shape_), activation(activation_)
    {
        torch::manual_seed(5);
        const double scale =
            std::sqrt(2.0 / (shape.in / shape.groups * shape.kernel * shape.kernel));
        weight =
            (scale * torch::randn({shape.out, shape.in / shape.groups, shape.kernel, shape.kernel}))
                .to(type);
        bias = (0.5 * torch::randn({shape.out})).to(type);
    }

    [[nodiscard]] std::unique_ptr<ir::nn::FusedConv> fused() const
    {
        return std::make_unique<ir::nn::FusedConv>(weight, bias, shape.stride, shape.kernel / 2,
                                                   shape.groups, activation,
                                                   ir::nn::BlockPool::make());
    }

    /// By LibTorch, in float32.
    [[nodiscard]] torch::Tensor expected(const torch::Tensor& x) const
    {
        const auto mapped = torch::conv2d(x.to(torch::kFloat32), weight.to(torch::kFloat32),
                                          bias.to(torch::kFloat32), shape.stride, shape.kernel / 2,
                                          1, shape.groups);
        return ir::nn::activated(mapped, activation);
    }
};

torch::Tensor images(int count, int channels, int height, int width, torch::ScalarType type)
{
    torch::manual_seed(7);
    return torch::randn({count, channels, height, width})
        .to(type)
        .contiguous(torch::MemoryFormat::ChannelsLast);
}

double worst(const torch::Tensor& actual, const torch::Tensor& expected)
{
    return (actual.to(torch::kFloat32) - expected).abs().max().item<double>();
}

} // namespace

class TestFusedConv : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesWithLibTorch_data()
    {
        QTest::addColumn<ConvShape>("shape");
        QTest::addColumn<Activation>("activation");
        QTest::newRow("first, grey")
            << ConvShape{.in = 1, .out = 32, .kernel = 3, .stride = 2} << Activation::Relu6;
        QTest::newRow("first, 7 x 7")
            << ConvShape{.in = 3, .out = 64, .kernel = 7, .stride = 2} << Activation::Relu;
        QTest::newRow("depthwise")
            << ConvShape{.in = 32, .out = 32, .kernel = 3, .groups = 32} << Activation::Relu6;
        QTest::newRow("depthwise, 5 x 5, stride")
            << ConvShape{.in = 24, .out = 24, .kernel = 5, .stride = 2, .groups = 24}
            << Activation::Silu;
        QTest::newRow("pointwise") << ConvShape{.in = 24, .out = 40} << Activation::Silu;
        QTest::newRow("pointwise, linear") << ConvShape{.in = 40, .out = 20} << Activation::None;
        QTest::newRow("shortcut") << ConvShape{.in = 16, .out = 32, .stride = 2}
                                  << Activation::None;
        QTest::newRow("full") << ConvShape{.in = 16, .out = 16, .kernel = 3} << Activation::Relu;
    }

    void agreesWithLibTorch()
    {
        QFETCH(const ConvShape, shape);
        QFETCH(const Activation, activation);
        const torch::InferenceMode inference;
        const Layer layer(shape, activation, torch::kFloat32);
        const auto fused = layer.fused();
        // One object sees several sizes, odd ones among them.
        for (const auto& [count, height, width] :
             {std::tuple{1, 33, 20}, {2, 16, 16}, {1, 33, 20}, {1, 1, 1}}) {
            const auto x = images(count, shape.in, height, width, torch::kFloat32);
            const auto actual = fused->forward(x);
            const auto expected = layer.expected(x);
            QCOMPARE(actual.sizes(), expected.sizes());
            QVERIFY2(worst(actual, expected) < 1e-5,
                     std::to_string(worst(actual, expected)).c_str());
            QVERIFY(actual.is_contiguous(torch::MemoryFormat::ChannelsLast));
            const auto plain = x.contiguous(torch::MemoryFormat::Contiguous);
            QVERIFY(fused->forward(plain).equal(actual));
        }
    }

    void bfloat16IsRoundedOnce()
    {
        if (!ir::nn::FusedConv::computes(torch::kBFloat16))
            QSKIP("this processor has no AVX-512: bfloat16 is left to LibTorch");
        const torch::InferenceMode inference;
        for (const ConvShape& shape : {ConvShape{.in = 24, .out = 40},
                                       ConvShape{.in = 24, .out = 24, .kernel = 3, .groups = 24}}) {
            const Layer layer(shape, Activation::Relu6, torch::kBFloat16);
            const auto x = images(1, shape.in, 20, 20, torch::kBFloat16);
            const auto actual = layer.fused()->forward(x);
            QCOMPARE(actual.scalar_type(), torch::kBFloat16);
            // Half a step of bfloat16 between 4 and 8, with a little for sums in another order.
            QVERIFY(worst(actual, layer.expected(x)) <= 0.0157);
        }
    }

    void threadsChangeNoBit_data() { agreesWithLibTorch_data(); }

    void threadsChangeNoBit()
    {
        QFETCH(const ConvShape, shape);
        QFETCH(const Activation, activation);
        const torch::InferenceMode inference;
        for (const auto type : {torch::kFloat32, torch::kBFloat16}) {
            if (!ir::nn::FusedConv::computes(type))
                continue;
            const Layer layer(shape, activation, type);
            const auto fused = layer.fused();
            const auto x = images(1, shape.in, 75, 64, type);
            omp_set_num_threads(1);
            const auto alone = fused->forward(x).clone();
            for (const int threads : {2, 3}) {
                omp_set_num_threads(threads);
                QVERIFY(fused->forward(x).equal(alone));
            }
            omp_set_num_threads(1);
        }
    }

    void manyThreadsMayCallAtOnce()
    {
        const Layer layer(ConvShape{.in = 24, .out = 40, .kernel = 3}, Activation::Silu,
                          torch::kFloat32);
        const auto fused = layer.fused();
        const auto x = images(1, 24, 40, 40, torch::kFloat32);
        const auto expected = layer.expected(x);
        std::atomic<int> wrong = 0;
        {
            std::vector<std::jthread> threads;
            for (int thread = 0; thread < 4; ++thread)
                threads.emplace_back([&] {
                    const torch::InferenceMode inference;
                    omp_set_num_threads(1);
                    for (int turn = 0; turn < 30; ++turn)
                        wrong += worst(fused->forward(x), expected) < 1e-5 ? 0 : 1;
                });
        }
        QCOMPARE(wrong.load(), 0);
    }
};

QTEST_APPLESS_MAIN(TestFusedConv)
#include "test_fusedconv.moc"
