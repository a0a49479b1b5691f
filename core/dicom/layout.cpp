#include "dicom/layout.h"

#include "dicom/scanner.h"
#include "dicom/transfersyntax.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace ir {

namespace {

/// Larger headers are not read; a deflated file may unfold to a frame and a header of this size.
constexpr std::uint64_t mostHeader = std::uint64_t(256) << 20;
constexpr std::uint64_t mostUnfolded = (std::uint64_t(512) << 20) + (std::uint64_t(64) << 20);

constexpr std::uint32_t metaLengthTag = tagOf(0x0002, 0x0000);
constexpr std::uint32_t transferSyntaxTag = tagOf(0x0002, 0x0010);

bool hasMark(ByteSource& source, std::uint64_t offset)
{
    const auto mark = source.view(offset, 4);
    return mark.size() == 4 && std::memcmp(mark.data(), "DICM", 4) == 0;
}

std::string uidAt(ByteSource& source, const ElementHead& head)
{
    const auto value = source.view(head.value, std::min<std::uint32_t>(head.length, 64));
    std::string uid(value.begin(), value.end());
    uid.erase(std::find_if(uid.begin(), uid.end(),
                           [](char c) { return c != '.' && (c < '0' || c > '9'); }),
              uid.end());
    return uid;
}

struct Meta
{
    std::string transferSyntax;
    std::uint64_t end = 0;
};

/// The meta header from `offset` on; it may be missing.
Meta readMeta(ByteSource& source, std::uint64_t offset)
{
    Meta meta{{}, offset};
    std::uint64_t statedEnd = 0;
    for (int i = 0; i < 64; ++i) {
        const auto head = headAt(source, meta.end, {});
        if (!head || head->group() != 0x0002 || head->undefined() || head->end() > source.size())
            break;
        if (head->tag == metaLengthTag && head->length == 4) {
            const auto value = source.view(head->value, 4);
            if (value.size() == 4)
                statedEnd = head->end() + (value[0] | value[1] << 8 | std::uint64_t(value[2]) << 16);
        }
        if (head->tag == transferSyntaxTag)
            meta.transferSyntax = uidAt(source, *head);
        meta.end = head->end();
        if (meta.end == statedEnd && !meta.transferSyntax.empty())
            break; // what follows may be deflated and look like anything
    }
    return meta;
}

Encoding encodingOf(const std::string& transferSyntax)
{
    if (transferSyntax == uid::implicitLittleEndian || transferSyntax == uid::implicitBigEndianGe)
        return {false, false};
    return {true, transferSyntax == uid::explicitBigEndian};
}

} // namespace

Result<DicomLayout> scanDicom(const std::filesystem::path& path, ScanDepth depth, int frame)
{
    auto file = openFile(path);
    if (!file)
        return tl::unexpected(file.error());
    DicomLayout layout;
    layout.file = std::move(*file);
    const auto cannot = [&](const std::string& why) {
        return failure("Cannot read " + path.string() + ": " + why + ".");
    };
    std::uint64_t start = 0;
    bool marked = false;
    for (const std::uint64_t offset : {128U, 0U})
        if (!marked && hasMark(*layout.file, offset)) {
            marked = true;
            start = offset + 4;
        }
    const Meta meta = readMeta(*layout.file, start);
    layout.transferSyntax = meta.transferSyntax;
    std::uint64_t dataSet = meta.end;
    if (meta.transferSyntax == uid::deflatedLittleEndian) {
        layout.unfolded = inflated(*layout.file, dataSet, mostUnfolded);
        dataSet = 0;
    }
    ByteSource& source = layout.source();
    const auto guessed = guessEncoding(source, dataSet);
    if (!guessed && !marked && meta.transferSyntax.empty())
        return cannot("it is not a DICOM file");
    if (source.view(dataSet, 1).empty())
        return cannot("it ends before its data set");
    layout.dataSet = dataSet;
    layout.encoding = guessed ? *guessed : encodingOf(meta.transferSyntax);

    Scanner scanner(layout, depth, frame, mostHeader);
    if (const std::string why = scanner.run(dataSet); !why.empty())
        return cannot(why);
    return layout;
}

} // namespace ir
