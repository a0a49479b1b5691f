#include "dicom/dicomprobe.h"

#include "dicom/elements.h"

#include <cstring>
#include <string_view>

namespace ir {

namespace {

constexpr std::uint32_t mediaStorageSopClassTag = tagOf(0x0002, 0x0002);
constexpr std::string_view mediaStorageDirectory = "1.2.840.10008.1.3.10";

/// Walks the meta header (explicit VR little endian, PS3.10 section 7.1).
bool isDirectory(ByteSource& source, std::uint64_t offset)
{
    for (int i = 0; i < 32; ++i) {
        const auto head = headAt(source, offset, {});
        if (!head || head->undefined())
            return false;
        if (head->tag == mediaStorageSopClassTag) {
            const auto value = source.view(head->value, head->length & 0xFF);
            return std::string_view(reinterpret_cast<const char*>(value.data()), value.size())
                .starts_with(mediaStorageDirectory);
        }
        if (head->group() != 0x0002)
            return head->group() == 0x0004;
        offset = head->end();
    }
    return false;
}

bool hasMark(ByteSource& source, std::uint64_t offset)
{
    const auto mark = source.view(offset, 4);
    return mark.size() == 4 && std::memcmp(mark.data(), "DICM", 4) == 0;
}

} // namespace

DicomKind probeDicom(const std::filesystem::path& path)
{
    const auto file = openFile(path);
    if (!file)
        return DicomKind::No;
    ByteSource& source = **file;
    for (const std::uint64_t start : {128U, 0U})
        if (hasMark(source, start))
            return isDirectory(source, start + 4) ? DicomKind::Dicomdir : DicomKind::File;
    if (!guessEncoding(source, 0))
        return DicomKind::No;
    return isDirectory(source, 0) ? DicomKind::Dicomdir : DicomKind::File;
}

bool looksLikeDicom(const std::filesystem::path& path)
{
    return probeDicom(path) == DicomKind::File;
}

} // namespace ir
