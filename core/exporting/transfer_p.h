#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>

namespace ir::exporting {

/// Why a file could not be brought over.
struct TransferFailure
{
    std::string message;
    bool stopsAll = false; ///< the destination is at fault (full, not writable): no other file will do better
};
template <typename T>
using Transfer = tl::expected<T, TransferFailure>;

struct CopiedBytes
{
    std::string digest; ///< SHA-256, hex
    std::uintmax_t size = 0;
};

enum class Placed {
    Done,
    NameTaken,   ///< something has the name; nothing was changed
    OtherDevice, ///< cannot be renamed or linked from one disk to another; nothing was changed
};

// None of these follows a link at the destination, replaces a file, or changes the source.

/// Digest and size of a file; ends with a failure when asked to stop.
[[nodiscard]] Transfer<CopiedBytes> measure(const std::filesystem::path& source,
                                            const std::stop_token& stop);
/// Copies bytes, times and permissions into `temporary` and waits for the disk. Leaves nothing when it fails.
[[nodiscard]] Transfer<CopiedBytes> copyToTemporary(const std::filesystem::path& source,
                                                    const std::filesystem::path& temporary,
                                                    const std::stop_token& stop);
[[nodiscard]] Transfer<Placed> renameWithoutReplacing(const std::filesystem::path& from,
                                                      const std::filesystem::path& to);
[[nodiscard]] Transfer<Placed> linkTo(const std::filesystem::path& source,
                                      const std::filesystem::path& link);
[[nodiscard]] Transfer<Placed> symlinkTo(const std::filesystem::path& source,
                                         const std::filesystem::path& link);
[[nodiscard]] Transfer<void> makeFolders(const std::filesystem::path& folder);

} // namespace ir::exporting
