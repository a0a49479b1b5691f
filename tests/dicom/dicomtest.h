#pragma once

#include "base/atomicfile.h"
#include "dicom/dicomfile.h"
#include "dicom/dicomlibrary.h"

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace ir::test {

/// A folder for a test's files and the running toolkit.
class DicomFolder
{
public:
    [[nodiscard]] std::filesystem::path path(const std::string& name) const
    {
        return std::filesystem::path(m_dir.path().toStdString()) / name;
    }
    std::filesystem::path write(const std::string& bytes, const std::string& name = "file") const
    {
        const auto to = path(name);
        std::filesystem::create_directories(to.parent_path());
        // Not writeFileAtomically(): syncing thousands of small files to the disk takes minutes.
        std::ofstream file(to, std::ios::binary | std::ios::trunc);
        file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        if (!file.flush())
            qFatal("Cannot write %s", to.c_str());
        return to;
    }
    /// The display image's pixels, or empty with the reason in `why`.
    std::vector<int> grays(const std::string& bytes, std::string* why = nullptr, int frame = 0) const
    {
        DecodeOptions options;
        options.frame = frame;
        const auto image = decodeDicom(write(bytes), options);
        if (why)
            *why = image ? std::string() : image.error().message;
        if (!image)
            return {};
        return {image->image.pixels.begin(), image->image.pixels.end()};
    }

private:
    DicomLibrary m_library;
    QTemporaryDir m_dir;
};

} // namespace ir::test
