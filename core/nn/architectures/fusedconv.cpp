#include "nn/architectures/fusedconv_p.h"

#include "nn/onednn_p.h"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

namespace ir::nn {

namespace {

using dnnl::memory;

const dnnl::engine& cpu()
{
    static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    return engine;
}

memory::data_type typeOf(const torch::Tensor& tensor)
{
    return tensor.scalar_type() == torch::kBFloat16 ? memory::data_type::bf16
                                                    : memory::data_type::f32;
}

dnnl::post_ops postOpsFor(Activation activation)
{
    const auto eltwise = [](dnnl::algorithm algorithm, float alpha, float beta) {
        dnnl::post_ops ops;
#if DNNL_VERSION_MAJOR >= 3
        ops.append_eltwise(algorithm, alpha, beta);
#else
        ops.append_eltwise(1, algorithm, alpha, beta);
#endif
        return ops;
    };
    switch (activation) {
    case Activation::None:
        break;
    case Activation::Relu:
        return eltwise(dnnl::algorithm::eltwise_relu, 0, 0);
    case Activation::Relu6:
        return eltwise(dnnl::algorithm::eltwise_clip, 0, 6);
    case Activation::Silu:
        return eltwise(dnnl::algorithm::eltwise_swish, 1, 0);
    }
    return {};
}

memory view(const memory::desc& layout, const torch::Tensor& tensor)
{
    return {layout, cpu(), tensor.data_ptr()};
}

} // namespace

struct FusedConv::Impl
{
    /// oneDNN chooses code and the kernel's layout for a size of images and a number of threads.
    struct Plan
    {
        std::vector<std::int64_t> input;
        std::vector<std::int64_t> output;
        int threads = 0;
        dnnl::convolution_forward::primitive_desc description;
        dnnl::convolution_forward convolution;
        memory kernel;
    };

    torch::Tensor weight;
    torch::Tensor bias; ///< float32
    memory::dims stride;
    memory::dims padding;
    std::int64_t groups = 1;
    Activation activation = Activation::None;
    std::shared_ptr<BlockPool> pool;
    std::mutex mutex;
    std::vector<std::shared_ptr<const Plan>> plans; ///< a handful: an engine sees one size

    [[nodiscard]] std::shared_ptr<const Plan> planFor(const torch::Tensor& x);
    [[nodiscard]] std::shared_ptr<const Plan> makePlan(const torch::Tensor& x, int threads) const;
    [[nodiscard]] memory kernelIn(const memory::desc& layout, const memory::desc& plain) const;
};

std::shared_ptr<const FusedConv::Impl::Plan> FusedConv::Impl::planFor(const torch::Tensor& x)
{
    constexpr std::size_t mostPlans = 8;
    const int threads = at::get_num_threads();
    const std::scoped_lock lock(mutex);
    const auto known = std::ranges::find_if(plans, [&](const auto& plan) {
        return plan->threads == threads && x.sizes() == plan->input;
    });
    if (known != plans.end())
        return *known;
    if (plans.size() == mostPlans)
        plans.erase(plans.begin());
    return plans.emplace_back(makePlan(x, threads));
}

std::shared_ptr<const FusedConv::Impl::Plan> FusedConv::Impl::makePlan(const torch::Tensor& x,
                                                                       int threads) const
{
    using Tag = memory::format_tag;
    const auto type = typeOf(weight);
    const std::int64_t out = weight.size(0);
    const auto extent = [&](int axis) {
        const auto at = static_cast<std::size_t>(axis - 2);
        return (x.size(axis) + 2 * padding[at] - weight.size(axis)) / stride[at] + 1;
    };
    const memory::desc source(x.sizes().vec(), type, Tag::nhwc);
    auto plan = std::make_shared<Plan>();
    plan->input = x.sizes().vec();
    plan->output = {x.size(0), out, extent(2), extent(3)};
    plan->threads = threads;
    const memory::desc destination(plan->output, type, Tag::nhwc);
    memory::dims shape = weight.sizes().vec();
    if (groups > 1) {
        shape.insert(shape.begin(), groups);
        shape[1] = out / groups;
    }
    const memory::desc packed(shape, type, Tag::any);
    const memory::desc offsets({out}, memory::data_type::f32, Tag::x);
    dnnl::primitive_attr attributes;
    attributes.set_post_ops(postOpsFor(activation));
    // Else the library's scratchpad: primitives of several threads must not share it.
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    constexpr auto kind = dnnl::prop_kind::forward_inference;
    constexpr auto algorithm = dnnl::algorithm::convolution_direct;
#if DNNL_VERSION_MAJOR >= 3
    plan->description = {cpu(),       kind,   algorithm, source,  packed,    offsets,
                         destination, stride, padding,   padding, attributes};
#else
    plan->description = {
        {kind, algorithm, source, packed, offsets, destination, stride, padding, padding},
        attributes,
        cpu()};
#endif
    plan->convolution = dnnl::convolution_forward(plan->description);
    plan->kernel = kernelIn(plan->description.weights_desc(),
                            {shape, type, groups > 1 ? Tag::goihw : Tag::oihw});
    return plan;
}

memory FusedConv::Impl::kernelIn(const memory::desc& layout, const memory::desc& plain) const
{
    for (const auto& plan : plans)
        if (plan->kernel.get_desc() == layout)
            return plan->kernel;
    memory source = view(plain, weight);
    memory packed(layout, cpu());
    dnnl::stream stream(cpu());
    dnnl::reorder(source, packed).execute(stream, source, packed);
    stream.wait();
    return packed;
}

FusedConv::FusedConv(const torch::Tensor& weight, const torch::Tensor& bias, int stride,
                     int padding, int groups, Activation activation,
                     std::shared_ptr<BlockPool> pool)
    : m_impl(std::make_unique<Impl>())
{
    m_impl->weight = weight.detach().contiguous();
    m_impl->bias = bias.detach().to(torch::kFloat32).contiguous();
    m_impl->stride = {stride, stride};
    m_impl->padding = {padding, padding};
    m_impl->groups = groups;
    m_impl->activation = activation;
    m_impl->pool = std::move(pool);
}

FusedConv::~FusedConv() = default;

bool FusedConv::computes(torch::ScalarType type)
{
    return type == torch::kFloat32 ||
           (type == torch::kBFloat16 && oneDnnUses(dnnl::cpu_isa::avx512_core));
}

torch::Tensor FusedConv::forward(const torch::Tensor& x)
{
    const auto source = x.contiguous(torch::MemoryFormat::ChannelsLast);
    const auto plan = m_impl->planFor(source);
    const auto& description = plan->description;
    const auto& size = plan->output;
    auto block = m_impl->pool->take(description.dst_desc().get_size());
    void* const memory = block.get();
    const auto result = torch::from_blob(
        memory, size, {size[1] * size[2] * size[3], 1, size[1] * size[3], size[1]},
        [block = std::move(block)](void*) mutable { block.reset(); }, x.options());
    const auto scratchpad = m_impl->pool->take(description.scratchpad_desc().get_size());
    dnnl::stream stream(cpu());
    plan->convolution.execute(
        stream, {{DNNL_ARG_SRC, view(description.src_desc(), source)},
                 {DNNL_ARG_WEIGHTS, plan->kernel},
                 {DNNL_ARG_BIAS, view(description.bias_desc(), m_impl->bias)},
                 {DNNL_ARG_DST, view(description.dst_desc(), result)},
                 {DNNL_ARG_SCRATCHPAD, {description.scratchpad_desc(), cpu(), scratchpad.get()}}});
    stream.wait();
    return result;
}

} // namespace ir::nn
