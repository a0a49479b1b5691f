#include "nn/architectures/invertedresidual_p.h"

namespace ir::nn {

InvertedResidualImpl::InvertedResidualImpl(const InvertedResidualShape& shape)
    : m_residual(shape.stride == 1 && shape.in == shape.out)
{
    const int middle = shape.in * shape.expansion;
    if (shape.expansion != 1)
        m_expand = register_module(
            "expand", ConvBn(ConvShape{.in = shape.in, .out = middle}, shape.activation));
    m_depthwise = register_module("depthwise", ConvBn(ConvShape{.in = middle,
                                                                .out = middle,
                                                                .kernel = shape.kernel,
                                                                .stride = shape.stride,
                                                                .groups = middle},
                                                      shape.activation));
    if (shape.squeezeExcite)
        m_squeeze = register_module("squeeze", SqueezeExcite(middle, shape.in / 4));
    m_project = register_module(
        "project", ConvBn(ConvShape{.in = middle, .out = shape.out}, Activation::None));
}

torch::Tensor InvertedResidualImpl::forward(const torch::Tensor& input)
{
    auto x = m_expand ? m_expand->forward(input) : input;
    x = m_depthwise->forward(std::move(x));
    if (m_squeeze)
        x = m_squeeze->forward(x);
    x = m_project->forward(std::move(x));
    return m_residual ? x.add_(input) : x;
}

} // namespace ir::nn
