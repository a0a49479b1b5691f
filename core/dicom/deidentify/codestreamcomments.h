#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ir {

/// A fragment of compressed pixel data with what its codec lets writers say in words blanked out:
/// comments and application segments of JPEG and JPEG-LS (but for JFIF, SPIFF and Adobe, which
/// decoders need), comments of JPEG 2000. Lengths stay, so that offset tables stay right. Nothing
/// where there was nothing to blank.
[[nodiscard]] std::optional<std::string> withoutComments(std::string_view fragment);

} // namespace ir
