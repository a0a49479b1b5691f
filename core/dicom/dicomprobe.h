#pragma once

#include <filesystem>

namespace ir {

enum class DicomKind {
    No,      ///< something else, empty, or unreadable
    File,    ///< a DICOM object, with or without an image in it; it may still be broken
    Dicomdir ///< the directory of DICOM media
};

/// What a file is, by its first bytes and never by its name: with the "DICM" mark, or as a bare data set in
/// implicit or explicit VR, little or big endian. Reads at most a few kilobytes. Thread-safe; needs no
/// DicomLibrary.
[[nodiscard]] DicomKind probeDicom(const std::filesystem::path& path);

/// probeDicom(path) is File.
[[nodiscard]] bool looksLikeDicom(const std::filesystem::path& path);

} // namespace ir
