#include "nn/safetensors.h"

#include "base/atomicfile.h"
#include "base/digest.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

namespace ir {

namespace {

static_assert(std::endian::native == std::endian::little, "safetensors are little-endian");

constexpr std::uint64_t headerCap = 16ULL << 20;
constexpr std::uintmax_t fileCap = 4ULL << 30;
constexpr int depthCap = 8;

using Json = nlohmann::json;

struct TypeName
{
    const char* name;
    Safetensors::Type type;
    std::uint64_t bytes;
};
constexpr TypeName typeNames[] = {{"F32", Safetensors::Type::F32, 4},
                                  {"F64", Safetensors::Type::F64, 8},
                                  {"I64", Safetensors::Type::I64, 8},
                                  {"U8", Safetensors::Type::U8, 1}};

const TypeName* typeNamed(const std::string& name)
{
    const auto* found = std::find_if(std::begin(typeNames), std::end(typeNames),
                                     [&](const TypeName& t) { return name == t.name; });
    return found == std::end(typeNames) ? nullptr : found;
}

const TypeName& nameOf(Safetensors::Type type)
{
    return *std::find_if(std::begin(typeNames), std::end(typeNames),
                         [&](const TypeName& t) { return t.type == type; });
}

/// Nesting is bounded before the JSON library sees the text: 16 MiB of brackets would cost gigabytes. A name
/// that comes twice needs no check of its own: the tensor that loses leaves a gap.
bool nestsDeeply(std::string_view text)
{
    int nesting = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            if (++nesting > depthCap)
                return true;
        } else if (c == '}' || c == ']') {
            --nesting;
        }
    }
    return false;
}

Result<Json> parseHeader(std::string_view text, const std::string& refused)
{
    if (nestsDeeply(text))
        return failure(refused + "its header is nested too deeply.");
    Json header = Json::parse(text, nullptr, false);
    if (header.is_discarded() || !header.is_object())
        return failure(refused + "its header is not a JSON object.");
    return header;
}

struct Range
{
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::string name;
};

Result<std::pair<Safetensors::Entry, Range>> readEntry(const std::string& name, const Json& value,
                                                       std::uint64_t available,
                                                       const std::string& refused)
{
    const std::string tensor = refused + "tensor \"" + name.substr(0, 80) + "\" ";
    if (!value.is_object() || value.size() != 3 || !value.contains("dtype") ||
        !value.contains("shape") || !value.contains("data_offsets"))
        return failure(tensor + "needs exactly dtype, shape and data_offsets.");
    const Json& dtype = value["dtype"];
    const TypeName* type = dtype.is_string() ? typeNamed(dtype.get<std::string>()) : nullptr;
    if (!type)
        return failure(tensor + "is of a type this program does not use.");

    Safetensors::Entry entry;
    entry.name = name;
    entry.type = type->type;
    const Json& shape = value["shape"];
    if (!shape.is_array() || shape.size() > 8)
        return failure(tensor + "has no usable shape.");
    for (const Json& side : shape) {
        if (!side.is_number_unsigned() ||
            side.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int32_t>::max()})
            return failure(tensor + "has no usable shape.");
        entry.shape.push_back(side.get<std::int64_t>());
    }
    const std::int64_t count = elementCount(entry.shape);
    const Json& offsets = value["data_offsets"];
    if (count < 0 || !offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
        !offsets[1].is_number_unsigned())
        return failure(tensor + "has no usable shape or offsets.");
    Range range{offsets[0].get<std::uint64_t>(), offsets[1].get<std::uint64_t>(), name};
    if (range.begin > range.end || range.end > available)
        return failure(tensor + "lies outside the file; it may be cut short.");
    if (static_cast<std::uint64_t>(count) > available / type->bytes ||
        range.end - range.begin != static_cast<std::uint64_t>(count) * type->bytes)
        return failure(tensor + "has a shape that does not fit its bytes.");
    return std::pair{std::move(entry), std::move(range)};
}

Result<void> checkRanges(std::vector<Range> ranges, std::uint64_t available, const std::string& refused)
{
    std::ranges::sort(ranges, [](const Range& a, const Range& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::uint64_t at = 0;
    for (const Range& range : ranges) {
        if (range.begin != at)
            return failure(refused + "tensor \"" + range.name.substr(0, 80) +
                           "\" overlaps another or leaves a gap.");
        at = range.end;
    }
    if (at != available)
        return failure(refused + "there are bytes that belong to no tensor.");
    return {};
}

} // namespace

std::int64_t elementCount(std::span<const std::int64_t> shape)
{
    std::int64_t count = 1;
    for (const std::int64_t side : shape) {
        if (side < 0 || (side > 0 && count > std::numeric_limits<std::int64_t>::max() / side))
            return -1;
        count *= side;
    }
    return count;
}

const Safetensors::Entry* Safetensors::find(std::string_view name) const
{
    const auto found = m_tensors.find(name);
    return found == m_tensors.end() ? nullptr : &found->second;
}

Result<Safetensors> Safetensors::parse(std::string bytes, std::string_view file)
{
    const std::string refused = "Cannot use " + std::string(file) + " as a weights file: ";
    std::uint64_t headerLength = 0;
    if (bytes.size() < sizeof headerLength)
        return failure(refused + "it is too short.");
    std::memcpy(&headerLength, bytes.data(), sizeof headerLength);
    if (headerLength > headerCap)
        return failure(refused + "its header is longer than 16 MiB; it is no safetensors file.");
    if (headerLength > bytes.size() - sizeof headerLength)
        return failure(refused + "its header is cut short.");
    const std::uint64_t start = sizeof headerLength + headerLength;
    const std::uint64_t available = bytes.size() - start;

    auto header = parseHeader(std::string_view(bytes).substr(sizeof headerLength, headerLength), refused);
    if (!header)
        return tl::unexpected(header.error());

    Safetensors file_;
    std::vector<Range> ranges;
    for (const auto& [name, value] : header->items()) {
        if (name == "__metadata__") {
            if (!value.is_object())
                return failure(refused + "its metadata is not an object.");
            for (const auto& [key, text] : value.items()) {
                if (!text.is_string())
                    return failure(refused + "its metadata holds something other than text.");
                file_.m_metadata[key] = text.get<std::string>();
            }
            continue;
        }
        auto entry = readEntry(name, value, available, refused);
        if (!entry)
            return tl::unexpected(entry.error());
        ranges.push_back(entry->second);
        file_.m_tensors.emplace(name, std::move(entry->first));
    }
    if (auto checked = checkRanges(ranges, available, refused); !checked)
        return tl::unexpected(checked.error());

    file_.m_digest = sha256(bytes);
    // Copied behind the header so that every tensor is aligned for its type, whatever the header's length.
    file_.m_bytes.assign(bytes.begin() + static_cast<std::ptrdiff_t>(start), bytes.end());
    for (const Range& range : ranges)
        file_.m_tensors.find(range.name)->second.bytes =
            std::as_bytes(std::span(file_.m_bytes)).subspan(range.begin, range.end - range.begin);
    return file_;
}

Result<Safetensors> Safetensors::read(const std::filesystem::path& path)
{
    auto bytes = readFile(path, fileCap);
    if (!bytes)
        return tl::unexpected(bytes.error());
    return parse(std::move(*bytes), path.string());
}

Result<void> Safetensors::write(const std::filesystem::path& path, const std::vector<Entry>& tensors,
                                const std::map<std::string, std::string>& metadata)
{
    const auto refuse = [&](const std::string& name, const char* why) {
        return failure("Cannot write " + path.string() + ": tensor \"" + name + "\" " + why + ".");
    };
    std::map<std::string, const Entry*> sorted;
    for (const Entry& entry : tensors)
        if (!sorted.emplace(entry.name, &entry).second)
            return refuse(entry.name, "is there twice");

    Json header = Json::object();
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    std::uint64_t at = 0;
    for (const auto& [name, entry] : sorted) {
        const TypeName& type = nameOf(entry->type);
        const std::int64_t count = elementCount(entry->shape);
        if (name == "__metadata__" || count < 0 ||
            static_cast<std::uint64_t>(count) * type.bytes != entry->bytes.size())
            return refuse(name, "does not fit its shape");
        header[name] = {{"dtype", type.name},
                        {"shape", entry->shape},
                        {"data_offsets", {at, at + entry->bytes.size()}}};
        at += entry->bytes.size();
    }
    std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
    text.append((8 - text.size() % 8) % 8, ' ');
    if (text.size() > headerCap)
        return failure("Cannot write " + path.string() + ": its header is longer than 16 MiB.");

    return writeFileAtomically(path, [&](const ByteSink& sink) -> Result<void> {
        const std::uint64_t length = text.size();
        std::string prefix(sizeof length, '\0');
        std::memcpy(prefix.data(), &length, sizeof length);
        if (auto written = sink(prefix + text); !written)
            return written;
        for (const auto& [name, entry] : sorted) {
            const auto* data = reinterpret_cast<const char*>(entry->bytes.data());
            if (auto written = sink({data, entry->bytes.size()}); !written)
                return written;
        }
        return {};
    });
}

} // namespace ir
