#pragma once

#include <string>
#include <vector>

namespace ir {

/// Registers every decoder and encoder of the room with the toolkit; not thread-safe, see DicomLibrary.
void registerCodecs();
void cleanUpCodecs();
[[nodiscard]] std::vector<std::string> registeredCodecNames();

} // namespace ir
