#include "nn/preparedimages.h"

#include "base/digest.h"

#include <nlohmann/json.hpp>
#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <fstream>
#include <mutex>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ir {

namespace fs = std::filesystem;

namespace {

// A file: pixels of all images, their index as JSON, then this.
struct Trailer
{
    char magic[8] = {'I', 'R', 'P', 'R', 'E', 'P', '0', '1'};
    std::uint64_t indexOffset = 0;
    std::uint64_t indexBytes = 0;
    std::uint64_t indexChecksum = 0;
};

struct Slot
{
    Size size;
    std::uint64_t offset = 0;
    std::uint32_t checksum = 0;
    std::string problem;

    [[nodiscard]] std::uint64_t bytes() const
    {
        return static_cast<std::uint64_t>(size.width) * static_cast<std::uint64_t>(size.height);
    }
};

std::uint32_t checksumOf(const std::uint8_t* bytes, std::size_t count)
{
    return static_cast<std::uint32_t>(::crc32_z(0, bytes, count));
}

/// A file mapped for reading.
class Mapping
{
public:
    static std::unique_ptr<Mapping> of(const fs::path& path)
    {
        const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0)
            return nullptr;
        struct stat facts{};
        void* data = MAP_FAILED;
        if (::fstat(file, &facts) == 0 && facts.st_size > 0)
            data = ::mmap(nullptr, static_cast<std::size_t>(facts.st_size), PROT_READ, MAP_PRIVATE, file, 0);
        ::close(file);
        if (data == MAP_FAILED)
            return nullptr;
        return std::unique_ptr<Mapping>(
            new Mapping(static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(facts.st_size)));
    }
    ~Mapping() { ::munmap(const_cast<std::uint8_t*>(m_data), m_size); }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;

    [[nodiscard]] const std::uint8_t* data() const { return m_data; }
    [[nodiscard]] std::uint64_t size() const { return m_size; }

private:
    Mapping(const std::uint8_t* data, std::size_t size) : m_data(data), m_size(size) {}
    const std::uint8_t* m_data;
    std::size_t m_size;
};

std::string keyOf(const std::vector<fs::path>& files, const PreparedImages::Options& options)
{
    Sha256 digest;
    digest.add(options.preparation + '\n');
    for (const fs::path& path : files) {
        struct stat facts{};
        if (::stat(path.c_str(), &facts) != 0)
            facts = {};
        digest.add(fs::absolute(path).lexically_normal().string() + '\n' + std::to_string(facts.st_size) + ' ' +
                   std::to_string(facts.st_mtim.tv_sec) + ' ' + std::to_string(facts.st_mtim.tv_nsec) + '\n');
    }
    return digest.finish();
}

/// Calls `take(i, image or reason)` for every file, from several threads.
template <typename Take>
void decodeAll(const std::vector<fs::path>& files, const ImageLoader& loader, int threads,
               const std::stop_token& stop, Take take)
{
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (std::size_t i = next++; i < files.size() && !stop.stop_requested(); i = next++) {
            auto image = loader(files[i]);
            if (image && image->empty())
                image = failure("The image " + files[i].string() + " is empty.");
            if (!take(i, std::move(image)))
                return;
        }
    };
    std::vector<std::jthread> others;
    for (int i = 1; i < threads; ++i)
        others.emplace_back(work);
    work();
}

nlohmann::json toJson(const std::vector<Slot>& slots)
{
    nlohmann::json json = nlohmann::json::array();
    for (const Slot& slot : slots)
        json.push_back({slot.size.width, slot.size.height, slot.offset, slot.checksum, slot.problem});
    return json;
}

std::vector<Slot> slotsFrom(const nlohmann::json& json)
{
    std::vector<Slot> slots;
    for (const auto& entry : json)
        slots.push_back({{entry.at(0).get<int>(), entry.at(1).get<int>()},
                         entry.at(2).get<std::uint64_t>(),
                         entry.at(3).get<std::uint32_t>(),
                         entry.at(4).get<std::string>()});
    return slots;
}

/// Writes a cache file beside its place and renames it into it. Not synced: one that a crash spoils has a wrong
/// checksum and is made again.
class Writer
{
public:
    Writer(fs::path place, std::size_t images, std::uintmax_t limit)
        : m_place(std::move(place)), m_part(m_place.string() + '.' + std::to_string(::getpid())), m_limit(limit),
          m_slots(images), m_file(m_part, std::ios::binary)
    {
        if (!m_file)
            m_problem = "cannot be written";
    }
    ~Writer()
    {
        std::error_code ignored;
        fs::remove(m_part, ignored);
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// False when there is no use in going on.
    bool take(std::size_t i, Result<GrayImage> image)
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_problem.empty())
            return false;
        Slot& slot = m_slots[i];
        if (!image) {
            slot.problem = image.error().message;
            return true;
        }
        slot = {image->size(), m_bytes, checksumOf(image->pixels.data(), image->pixels.size()), {}};
        m_bytes += slot.bytes();
        if (m_bytes > m_limit)
            m_problem = "would be over its limit of " + std::to_string(m_limit >> 20) + " MiB";
        else if (!m_file.write(reinterpret_cast<const char*>(image->pixels.data()),
                               static_cast<std::streamsize>(image->pixels.size())))
            m_problem = "is on a full disk or cannot be written";
        return m_problem.empty();
    }

    /// Empty, or why there is no file.
    std::string finish()
    {
        const std::string index = toJson(m_slots).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
        Trailer trailer;
        trailer.indexOffset = m_bytes;
        trailer.indexBytes = index.size();
        trailer.indexChecksum = checksumOf(reinterpret_cast<const std::uint8_t*>(index.data()), index.size());
        if (m_problem.empty()) {
            m_file.write(index.data(), static_cast<std::streamsize>(index.size()));
            m_file.write(reinterpret_cast<const char*>(&trailer), sizeof trailer);
            m_file.close();
            std::error_code error;
            if (m_file)
                fs::rename(m_part, m_place, error);
            if (!m_file || error)
                m_problem = "is on a full disk or cannot be written";
        }
        return m_problem;
    }

private:
    fs::path m_place;
    fs::path m_part;
    std::uintmax_t m_limit;
    std::mutex m_mutex; // guards all below
    std::vector<Slot> m_slots;
    std::ofstream m_file;
    std::uint64_t m_bytes = 0;
    std::string m_problem;
};

/// Removes the longest unused files but `kept` until the rest is within the limit.
void trim(const fs::path& folder, const fs::path& kept, std::uintmax_t limit)
{
    struct Old
    {
        fs::file_time_type used;
        std::uintmax_t bytes = 0;
        fs::path path;
    };
    std::vector<Old> files;
    std::uintmax_t total = 0;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        if (entry.path().extension() != ".images" || !entry.is_regular_file(error))
            continue;
        files.push_back({entry.last_write_time(error), entry.file_size(error), entry.path()});
        total += files.back().bytes;
    }
    std::ranges::sort(files, {}, &Old::used);
    for (const Old& old : files) {
        if (total <= limit)
            return;
        if (old.path != kept && fs::remove(old.path, error))
            total -= old.bytes;
    }
}

} // namespace

struct PreparedImages::Impl
{
    std::vector<Slot> slots;
    std::unique_ptr<Mapping> mapping; ///< null: `images` holds the pixels
    std::vector<GrayImage> images;

    /// False unless the file is there and whole.
    bool map(const fs::path& path, std::size_t count)
    {
        mapping = Mapping::of(path);
        if (mapping && readIndex() && slots.size() == count && checksumsAreRight())
            return true;
        mapping.reset();
        slots.clear();
        return false;
    }

    bool readIndex()
    {
        Trailer trailer;
        const Trailer expected;
        if (mapping->size() < sizeof trailer)
            return false;
        std::memcpy(&trailer, mapping->data() + mapping->size() - sizeof trailer, sizeof trailer);
        const std::uint64_t content = mapping->size() - sizeof trailer;
        if (std::memcmp(trailer.magic, expected.magic, sizeof trailer.magic) != 0 ||
            trailer.indexOffset > content || trailer.indexBytes != content - trailer.indexOffset)
            return false;
        const std::uint8_t* index = mapping->data() + trailer.indexOffset;
        if (checksumOf(index, trailer.indexBytes) != trailer.indexChecksum)
            return false;
        try {
            slots = slotsFrom(nlohmann::json::parse(index, index + trailer.indexBytes));
        } catch (const nlohmann::json::exception&) {
            return false;
        }
        return std::ranges::all_of(slots, [&](const Slot& slot) {
            return slot.size.width >= 0 && slot.size.height >= 0 && slot.offset <= trailer.indexOffset &&
                   slot.bytes() <= trailer.indexOffset - slot.offset;
        });
    }

    [[nodiscard]] bool checksumsAreRight() const
    {
        return std::ranges::all_of(slots, [&](const Slot& slot) {
            return !slot.problem.empty() ||
                   checksumOf(mapping->data() + slot.offset, slot.bytes()) == slot.checksum;
        });
    }
};

PreparedImages::PreparedImages() : m_impl(std::make_unique<Impl>()) {}
PreparedImages::~PreparedImages() = default;
PreparedImages::PreparedImages(PreparedImages&&) noexcept = default;
PreparedImages& PreparedImages::operator=(PreparedImages&&) noexcept = default;

PreparedImages PreparedImages::open(const std::vector<fs::path>& files, const Options& options,
                                    const ImageLoader& loader, const std::function<void(std::string)>& say,
                                    const std::stop_token& stop)
{
    PreparedImages prepared;
    Impl& impl = *prepared.m_impl;
    if (!options.folder.empty() && !files.empty()) {
        std::error_code error;
        fs::create_directories(options.folder, error);
        fs::permissions(options.folder, fs::perms::owner_all, error); // they show patients
        const fs::path place = options.folder / (keyOf(files, options) + ".images");
        if (impl.map(place, files.size())) {
            fs::last_write_time(place, fs::file_time_type::clock::now(), error);
            say("Took " + std::to_string(files.size()) + " decoded images from " + place.string() + ".");
            return prepared;
        }
        Writer writer(place, files.size(), options.limitBytes);
        decodeAll(files, loader, options.threads, stop,
                  [&](std::size_t i, Result<GrayImage> image) { return writer.take(i, std::move(image)); });
        if (stop.stop_requested())
            return prepared;
        const std::string problem = writer.finish();
        if (problem.empty() && impl.map(place, files.size())) {
            trim(options.folder, place, options.limitBytes);
            return prepared;
        }
        say("The decoded images are kept in memory: their cache " + options.folder.string() + " " +
            (problem.empty() ? "cannot be read back" : problem) + ".");
    }
    impl.slots.resize(files.size());
    impl.images.resize(files.size());
    decodeAll(files, loader, options.threads, stop, [&](std::size_t i, Result<GrayImage> image) {
        if (image)
            impl.images[i] = std::move(*image);
        else
            impl.slots[i].problem = image.error().message;
        return true;
    });
    return prepared;
}

std::size_t PreparedImages::size() const
{
    return m_impl->slots.size();
}

const std::string& PreparedImages::problem(std::size_t i) const
{
    return m_impl->slots[i].problem;
}

GrayImage PreparedImages::image(std::size_t i) const
{
    if (!m_impl->mapping)
        return m_impl->images[i];
    const Slot& slot = m_impl->slots[i];
    GrayImage image(slot.size.width, slot.size.height);
    std::copy_n(m_impl->mapping->data() + slot.offset, image.pixels.size(), image.pixels.begin()); // none of an unreadable one
    return image;
}

} // namespace ir
