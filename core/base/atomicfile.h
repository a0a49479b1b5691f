#pragma once

#include "base/result.h"

#include <filesystem>
#include <functional>
#include <string_view>

namespace ir {

/// Makes `path` hold `bytes` or leaves it as it was: writes a temporary file beside it, syncs it to the
/// disk, renames it over `path` and syncs the folder. A full disk or a crash never leaves half a file.
[[nodiscard]] Result<void> writeFileAtomically(const std::filesystem::path& path,
                                               std::string_view bytes);

/// The same for content that is produced in pieces: `produce` is handed a sink and returns its failure.
using ByteSink = std::function<Result<void>(std::string_view)>;
[[nodiscard]] Result<void>
writeFileAtomically(const std::filesystem::path& path,
                    const std::function<Result<void>(const ByteSink&)>& produce);

/// The whole of a file no larger than `limit` bytes.
[[nodiscard]] Result<std::string> readFile(const std::filesystem::path& path,
                                           std::uintmax_t limit = 1ULL << 30);

} // namespace ir
