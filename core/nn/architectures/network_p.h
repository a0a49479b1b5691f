#pragma once

// Private to core/nn: brings in the torch headers.

#include "nn/architectures/registry.h"
#include "nn/safetensors.h"

#include <torch/torch.h>

#include <memory>
#include <string_view>

namespace ir::nn {

/// Epsilon of every BatchNorm, as in the Keras and TensorFlow nets the ImageNet weights come from.
inline constexpr double batchNormEpsilon = 1e-3;

/// Convolution without bias, BatchNorm, ReLU6: the unit the nets are made of.
/// Input [N, in, H, W], output [N, out, ceil(H/stride), ceil(W/stride)] for 3×3 with padding 1.
class ConvBnImpl : public torch::nn::Module
{
public:
    ConvBnImpl(int in, int out, int kernel, int stride, int groups);
    torch::Tensor forward(torch::Tensor x);

    /// Folds the BatchNorm into kernel and bias: for inference only, not undone.
    void fold();

    /// Gives the unit a folded kernel and bias (of a net without BatchNorm) such that, with the statistics
    /// of `x` as running mean and variance, it computes the same map. Returns the unit's output for `x`.
    torch::Tensor adoptFolded(const torch::Tensor& x, const torch::Tensor& kernel,
                              const torch::Tensor& bias);

    torch::nn::Conv2d conv = nullptr;
    torch::nn::BatchNorm2d bn = nullptr; ///< null once folded
};
TORCH_MODULE(ConvBn);

/// A classifier: float images [N, 3, S, S] -> features [N, F] -> logits [N, classes].
class Network : public torch::nn::Module
{
public:
    /// Pooled features, what the outlier score looks at.
    virtual torch::Tensor features(torch::Tensor x) = 0;
    virtual torch::Tensor classify(torch::Tensor features) = 0;
    torch::Tensor forward(torch::Tensor x) { return classify(features(std::move(x))); }

    /// The units in the order data flows through them, for folding and for adopting ImageNet weights.
    virtual std::vector<ConvBn> units() = 0;
    void fold();
};

/// nullptr for an unknown architecture. Weights are initialised from torch's global generator.
[[nodiscard]] std::shared_ptr<Network> makeNetwork(std::string_view architecture, int classes);

/// Copies every tensor of `file` that the network has; the file was checked by readModelFile. Not for a
/// folded network: load, then fold.
void loadWeights(Network& network, const Safetensors& file);

/// Parameters and buffers by their names in weights files ("num_batches_tracked" left out).
[[nodiscard]] std::vector<std::pair<std::string, torch::Tensor>> namedTensors(Network& network);

/// A torch view on a file's tensor, copied.
[[nodiscard]] torch::Tensor toTensor(const Safetensors::Entry& entry);

/// An entry that views `tensor` (contiguous, on the CPU; keep it alive).
[[nodiscard]] Safetensors::Entry toEntry(std::string name, const torch::Tensor& tensor);

/// All 4-D parameters in channels-last memory order: the fastest on a CPU (measured: STYLE §6).
void makeChannelsLast(torch::nn::Module& module);

} // namespace ir::nn
