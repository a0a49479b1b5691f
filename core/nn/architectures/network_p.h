#pragma once

// Private to core/nn: brings in the torch headers.

#include "nn/architectures/convbn_p.h"
#include "nn/architectures/registry.h"
#include "nn/safetensors.h"

#include <torch/torch.h>

#include <memory>
#include <string_view>

namespace ir::nn {

/// A classifier: float images [N, 3, S, S] -> feature maps [N, F, S/32, S/32] -> features [N, F] -> logits
/// [N, classes].
class Network : public torch::nn::Module
{
public:
    /// The last feature maps.
    virtual torch::Tensor maps(torch::Tensor x) = 0;
    /// Their means, what the outlier score looks at.
    torch::Tensor features(torch::Tensor x) { return maps(std::move(x)).to(torch::kFloat32).mean({2, 3}); }
    /// The same with the mean of the image's and its mirror image's, where `mirror` is set (InputContract::mirror).
    torch::Tensor features(const torch::Tensor& x, bool mirror);
    torch::Tensor classify(torch::Tensor features) { return m_classifier->forward(std::move(features)); }
    /// F.
    [[nodiscard]] std::int64_t featureCount() const { return m_classifier->options.in_features(); }
    /// Draws it afresh from torch's generator.
    void resetClassifier() { m_classifier->reset_parameters(); }
    torch::Tensor forward(torch::Tensor x) { return classify(features(std::move(x))); }

    /// The convolutions with their BatchNorm, in the order data flows through them.
    [[nodiscard]] std::vector<ConvBn> units();
    /// All parameters from the input up to the end of the first `count` units.
    [[nodiscard]] std::vector<torch::Tensor> parametersOfFirstUnits(std::size_t count);
    void fold();
    /// Makes a folded net on the CPU faster (nn/architectures/fusedconv_p.h), for inference: after computeIn().
    /// Where oneDNN cannot, LibTorch's own convolutions stay.
    void fuse();
    /// Makes all but the classifier compute in `type`: maps() wants its input so. For inference only.
    void computeIn(torch::ScalarType type);

protected:
    /// Adds the last layer. A net's constructor calls it last and registers all before in the order of data
    /// flow: that order is the order of units() and of random initialisation.
    void addClassifier(int features, int classes);

private:
    torch::nn::Linear m_classifier = nullptr;
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
