#pragma once

// Private to core/nn; free of torch.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

namespace ir::nn {

/// Memory for a net's intermediate results, kept from image to image: large blocks fresh from the
/// system cost more than some layers, for it clears them page by page. Never more blocks than were
/// in use at once. Any thread.
class BlockPool : public std::enable_shared_from_this<BlockPool>
{
public:
    static std::shared_ptr<BlockPool> make() { return std::shared_ptr<BlockPool>(new BlockPool); }

    /// At least `bytes`, aligned for vectors, not cleared. The last copy gives it back to the pool.
    [[nodiscard]] std::shared_ptr<void> take(std::size_t bytes)
    {
        Block block;
        {
            const std::scoped_lock lock(m_mutex);
            auto fit = std::ranges::find_if(m_free,
                                            [&](const Block& free) { return free.bytes >= bytes; });
            if (fit != m_free.end()) {
                block = std::move(*fit);
                m_free.erase(fit);
            } else if (!m_free.empty()) {
                m_free.pop_back(); // all are too small: the new one takes the place of the largest
            }
        }
        if (!block.memory)
            block = {bytes, Memory(::operator new(bytes, alignment))};
        void* const memory = block.memory.get();
        return {memory,
                [pool = shared_from_this(), block = std::make_shared<Block>(std::move(block))](
                    void*) { pool->giveBack(std::move(*block)); }};
    }

private:
    static constexpr std::align_val_t alignment{64};
    struct Delete
    {
        void operator()(void* memory) const { ::operator delete(memory, alignment); }
    };
    using Memory = std::unique_ptr<void, Delete>;
    struct Block
    {
        std::size_t bytes = 0;
        Memory memory;
    };

    BlockPool() = default;

    void giveBack(Block block)
    {
        const std::scoped_lock lock(m_mutex);
        const auto place = std::ranges::lower_bound(m_free, block.bytes, {}, &Block::bytes);
        m_free.insert(place, std::move(block));
    }

    std::mutex m_mutex;
    std::vector<Block> m_free; ///< smallest first
};

} // namespace ir::nn
