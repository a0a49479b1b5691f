#pragma once

#include "base/result.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace ir {

/// Makes the same stand-in for the same thing, and none that can be traced back without the key:
/// everything is HMAC-SHA256 (RFC 2104) under 256 random bits. Immutable; any thread.
class PseudonymKey
{
public:
    /// A key that is used once and forgotten: what it made can never be linked again.
    [[nodiscard]] static Result<PseudonymKey> random();
    /// The key in a file (64 hex digits).
    [[nodiscard]] static Result<PseudonymKey> read(const std::filesystem::path& path);
    /// Writes a new random key with mode 0600; refuses to replace a file.
    [[nodiscard]] static Result<PseudonymKey> create(const std::filesystem::path& path);

    /// "2.25." and a UUID of version 8 in decimal (PS3.5 annex B.2).
    [[nodiscard]] std::string uid(std::string_view original) const;
    /// "P-" and 16 hex digits.
    [[nodiscard]] std::string patient(std::string_view identity) const;
    /// Days to take off every date of a patient: 1 … 3652.
    [[nodiscard]] int days(std::string_view identity) const;

private:
    explicit PseudonymKey(std::string bytes) : m_key(std::move(bytes)) {}
    [[nodiscard]] std::string mac(std::string_view purpose, std::string_view text) const;

    std::string m_key; ///< 32 bytes
};

/// A DICOM date (YYYYMMDD) or date-time moved back by `days` in the Gregorian calendar; what
/// follows the date stays. Nothing where it does not begin with a whole date.
[[nodiscard]] std::optional<std::string> shiftedDate(std::string_view value, int days);

} // namespace ir
