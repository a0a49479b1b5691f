#pragma once

#include "base/result.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace ir {

/// SHA-256 (FIPS 180-4) over pieces; one thread at a time.
class Sha256
{
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void add(std::span<const std::byte> bytes);
    void add(std::string_view text);
    /// 64 lower-case hex digits. The object must not be used afterwards.
    [[nodiscard]] std::string finish();

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

[[nodiscard]] std::string sha256(std::string_view bytes);

/// HMAC (RFC 2104) with SHA-256: 32 raw bytes. Throws std::runtime_error where this system's OpenSSL cannot.
[[nodiscard]] std::string hmacSha256(std::string_view key, std::string_view message);

/// Digest of a file's bytes, read in pieces.
[[nodiscard]] Result<std::string> sha256OfFile(const std::filesystem::path& path);

} // namespace ir
