#pragma once

#include "base/result.h"
#include "nn/architectures/network_p.h"
#include "nn/trainer.h"

#include <torch/torch.h>

#include <filesystem>
#include <memory>
#include <vector>

namespace ir::nn {

/// Nets that say what they see in the very images another net is trained on, as augmented: a teacher that answers once
/// for all of an image's variants is wrong about many (Beyer et al. 2022, arXiv:2106.05237).
class Teachers
{
public:
    /// `device`: what they compute on; `bfloat16`: see MixedPrecision.
    Teachers(const torch::Device& device, bool bfloat16) : m_device(device), m_bfloat16(bfloat16) {}

    /// Adds the model in `file`, for images prepared as options.input says. Its features are standardised by
    /// what it makes of `sample` [N, 3, S, S]. Refuses other classes and another way to prepare images.
    [[nodiscard]] Result<void> load(const std::filesystem::path& file, const TrainOptions& options,
                                    const torch::Tensor& sample);
    /// Adds a net as it is. `known` [C]: the classes it has learnt; it is taken to say nothing of the others.
    void add(std::shared_ptr<Network> network, const std::vector<bool>& known);

    struct Answer
    {
        torch::Tensor probabilities;         ///< [N, C], the mean of all
        std::vector<torch::Tensor> features; ///< of each, [N, F], standardised
    };
    [[nodiscard]] Answer ask(const torch::Tensor& images) const;

    [[nodiscard]] bool empty() const { return m_teachers.empty(); }
    /// How many features each has.
    [[nodiscard]] std::vector<std::int64_t> featureCounts() const;

private:
    struct Teacher
    {
        std::shared_ptr<Network> network;
        torch::Tensor unknown; ///< bool [C]
        double temperature = 1;
        torch::Tensor mean{}; ///< [F]; undefined: features are left as they are
        torch::Tensor deviation{};
    };
    [[nodiscard]] torch::Tensor featuresOf(const Teacher& teacher, const torch::Tensor& images) const;

    torch::Device m_device;
    bool m_bfloat16;
    std::vector<Teacher> m_teachers;
};

} // namespace ir::nn
