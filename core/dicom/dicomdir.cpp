#include "dicom/dicomdir.h"

#include "dicom/layout.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace ir {

namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t referencedFileIdTag = tagOf(0x0004, 0x1500);
constexpr std::size_t mostElements = 20'000'000;

/// Every ReferencedFileID in the order of the file. Records nest in no more than one sequence, so the walk
/// simply enters whatever holds items.
std::vector<std::string> referencedFiles(const DicomLayout& layout)
{
    std::vector<std::string> ids;
    ByteSource& source = layout.source();
    std::uint64_t position = layout.dataSet;
    for (std::size_t i = 0; i < mostElements; ++i) {
        const auto head = headAt(source, position, layout.encoding);
        if (!head)
            break;
        const auto inner = headAt(source, head->value, layout.encoding);
        const bool holdsItems = head->length >= 8 && inner && inner->tag == itemTag &&
                                (head->vr[0] == 0 || head->is("SQ"));
        if (head->group() == 0xFFFE || head->undefined() || holdsItems) {
            position = head->value;
            continue;
        }
        if (head->tag == referencedFileIdTag) {
            const auto value = source.view(head->value, std::min<std::uint32_t>(head->length, 1024));
            ids.emplace_back(value.begin(), value.end());
        }
        position = head->end();
    }
    return ids;
}

std::vector<std::string> components(std::string_view id)
{
    std::vector<std::string> parts;
    while (!id.empty()) {
        const auto end = std::min(id.find('\\'), id.size());
        std::string part(id.substr(0, end));
        while (!part.empty() && (part.back() == ' ' || part.back() == '\0'))
            part.pop_back();
        parts.push_back(std::move(part));
        id.remove_prefix(std::min(end + 1, id.size()));
    }
    return parts;
}

bool isSafe(const std::string& part)
{
    return !part.empty() && part != "." && part != ".." &&
           part.find('/') == std::string::npos && part.find('\0') == std::string::npos;
}

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Finds names in folders without regard to case; each folder is listed once.
class Folders
{
public:
    std::optional<fs::path> find(const fs::path& folder, const std::string& name)
    {
        std::error_code ignored;
        if (const fs::path exact = folder / name; fs::exists(exact, ignored))
            return exact;
        auto known = m_names.find(folder);
        if (known == m_names.end()) {
            std::map<std::string, std::string> names;
            for (fs::directory_iterator entry(folder, ignored), end; entry != end && !ignored;
                 entry.increment(ignored)) {
                const std::string file = entry->path().filename().string();
                names.emplace(lower(file), file);
            }
            known = m_names.emplace(folder, std::move(names)).first;
        }
        const auto found = known->second.find(lower(name));
        return found == known->second.end() ? std::nullopt : std::optional(folder / found->second);
    }

private:
    std::map<fs::path, std::map<std::string, std::string>> m_names;
};

} // namespace

Result<std::vector<std::filesystem::path>> filesOfDicomdir(const std::filesystem::path& dicomdir)
{
    const auto layout = scanDicom(dicomdir, ScanDepth::Header);
    if (!layout)
        return tl::unexpected(layout.error());
    const fs::path root = dicomdir.parent_path().empty() ? fs::path(".") : dicomdir.parent_path();
    Folders folders;
    std::set<fs::path> seen;
    std::vector<fs::path> files;
    for (const std::string& id : referencedFiles(*layout)) {
        std::optional<fs::path> path = root;
        for (const std::string& part : components(id)) {
            path = isSafe(part) ? folders.find(*path, part) : std::nullopt;
            if (!path)
                break;
        }
        std::error_code ignored;
        if (path && fs::is_regular_file(*path, ignored) && seen.insert(*path).second)
            files.push_back(*path);
    }
    return files;
}

} // namespace ir
