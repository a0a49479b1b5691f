#pragma once

#include "base/result.h"
#include "image/grayimage.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace ir {

/// Decodes a training image; called from several threads.
using ImageLoader = std::function<Result<GrayImage>(const std::filesystem::path&)>;

/// The decoded images of a training run. In a folder they lie in one file, which is mapped into memory: the next
/// run over the same files decodes nothing, and the system may drop pages when memory is short. Reading is
/// thread-safe.
class PreparedImages
{
public:
    struct Options
    {
        std::filesystem::path folder; ///< empty: all is kept in memory, nothing is written
        std::string preparation;      ///< names what the loader does; images prepared otherwise are not taken over
        std::uintmax_t limitBytes = std::uintmax_t{32} << 30; ///< of the folder's files together
        int threads = 1;
    };

    /// Decodes `files` with `loader`, or takes over what an earlier call left: a file of the folder made for the
    /// same paths, sizes, times and preparation, whose checksums are right. Older files go when the folder is over
    /// its limit. A folder that cannot be written, is too small or on a full disk is no failure: `say` gets a
    /// sentence and the images are kept in memory. Stopping leaves no half file; images are missing then.
    [[nodiscard]] static PreparedImages open(const std::vector<std::filesystem::path>& files,
                                             const Options& options, const ImageLoader& loader,
                                             const std::function<void(std::string)>& say,
                                             const std::stop_token& stop);

    PreparedImages();
    ~PreparedImages();
    PreparedImages(PreparedImages&&) noexcept;
    PreparedImages& operator=(PreparedImages&&) noexcept;

    [[nodiscard]] std::size_t size() const;
    /// Why image `i` could not be read; empty: it was.
    [[nodiscard]] const std::string& problem(std::size_t i) const;
    /// A copy; empty where there is a problem.
    [[nodiscard]] GrayImage image(std::size_t i) const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace ir
