#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace ir {

/// Random access to the bytes of a file or of what a deflated one unfolds to. One thread at a time.
class ByteSource
{
public:
    virtual ~ByteSource() = default;

    /// Bytes there are; for deflated content an upper bound.
    [[nodiscard]] virtual std::uint64_t size() const = 0;

    /// The bytes at `offset`, shorter where they end; valid until the next call.
    [[nodiscard]] virtual std::span<const std::uint8_t> view(std::uint64_t offset,
                                                             std::size_t length) = 0;
};

/// A file, read in windows and never changed. Anything but a regular file is refused.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> openFile(const std::filesystem::path& path);

/// What the raw deflate stream (RFC 1951) at `offset` of `file` unfolds to, unfolded as far as views ask
/// and never past `limit` bytes. `file` must outlive it.
[[nodiscard]] std::unique_ptr<ByteSource> inflated(ByteSource& file, std::uint64_t offset,
                                                   std::uint64_t limit);

} // namespace ir
