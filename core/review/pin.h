#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace ir {

/// How long a PIN may be, in bytes of UTF-8.
inline constexpr std::size_t longestPin = 128;

/// What to keep instead of a PIN: its Argon2id hash (RFC 9106) with salt and costs, as one line of
/// ASCII of at most 128 characters. Another salt each time. Costs are libsodium's "interactive"
/// ones, 64 MiB and two passes: a tenth of a second or so, which is what slows down who tries PINs.
/// Any thread. Errors: a PIN longer than longestPin; not enough memory.
[[nodiscard]] Result<std::string> hashOfPin(std::string_view pin);

/// Whether `hash` was made of this PIN; costs as much as making one. False, too, where `hash` is
/// none, or memory is short.
[[nodiscard]] bool isPinOf(std::string_view pin, const std::string& hash);

} // namespace ir
