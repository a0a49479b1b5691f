#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ir {

/// A file of named tensors after the safetensors format (github.com/huggingface/safetensors): 8 bytes
/// little-endian header length, a JSON header, the raw tensors. It holds no code. Any file may be hostile:
/// the header is capped at 16 MiB, every tensor's dtype, shape and byte range are checked in 64 bits, ranges
/// must follow each other without overlap or gap and end with the file.
class Safetensors
{
public:
    enum class Type { F32, F64, I64, U8 };

    /// One tensor, row-major. The view is valid as long as its Safetensors (or whoever made it) lives.
    struct Entry
    {
        std::string name;
        Type type = Type::F32;
        std::vector<std::int64_t> shape; ///< empty: a scalar
        std::span<const std::byte> bytes;
    };

    /// `file` names it in errors.
    [[nodiscard]] static Result<Safetensors> parse(std::string bytes, std::string_view file);
    [[nodiscard]] static Result<Safetensors> read(const std::filesystem::path& path);
    /// Writes atomically; tensors are stored sorted by name, so equal content gives equal bytes.
    [[nodiscard]] static Result<void> write(const std::filesystem::path& path,
                                            const std::vector<Entry>& tensors,
                                            const std::map<std::string, std::string>& metadata);

    [[nodiscard]] const std::map<std::string, std::string>& metadata() const { return m_metadata; }
    /// By name.
    [[nodiscard]] const std::map<std::string, Entry, std::less<>>& tensors() const { return m_tensors; }
    [[nodiscard]] const Entry* find(std::string_view name) const;

    /// SHA-256 of the whole file, hex.
    [[nodiscard]] const std::string& digest() const { return m_digest; }

private:
    std::string m_digest;
    std::map<std::string, std::string> m_metadata;
    std::map<std::string, Entry, std::less<>> m_tensors;
    std::vector<char> m_bytes; ///< a vector: unlike a string's, its data stays put when moved
};

/// Elements of a shape, or -1 where the product overflows or a side is negative.
[[nodiscard]] std::int64_t elementCount(std::span<const std::int64_t> shape);

} // namespace ir
