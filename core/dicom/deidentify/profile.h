#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ir {

/// What the Basic Application Level Confidentiality Profile (PS3.15 annex E) wants done with an
/// attribute. Of the choices that the standard leaves to the type an attribute has in its IOD (X/Z,
/// Z/D …), one that conforms for every type is taken; see deidentifier.h.
enum class ProfileAction : std::uint8_t {
    K, ///< keep
    X, ///< remove
    Z, ///< empty, or a dummy
    D, ///< dummy
    U, ///< another UID, the same one for the same UID
    C, ///< clean: shifted dates
    ZD,
    XZ,
    XD,
    XZD,
    XZU, ///< of a sequence: keep it and remap the UIDs in it
};

/// A VR's two letters; zeros: unknown.
using Vr = std::array<char, 2>;

constexpr bool isVr(Vr vr, const char* name)
{
    return vr[0] == name[0] && vr[1] == name[1];
}

/// The row of table E.1-1, if the attribute has one of its own.
[[nodiscard]] std::optional<ProfileAction> tabulatedAction(std::uint32_t tag);
[[nodiscard]] std::size_t tabulatedRows();

/// What to do with an element. Beyond the table: private, command and unknown (`vr` zeros)
/// elements, group lengths, all of the curve and overlay groups go; so do dates and times that the
/// table does not name; names are emptied; UIDs that are no well-known ones, no classes and no
/// coding schemes are remapped. With `shiftDates` (option "Retain Longitudinal Temporal Information
/// with Modified Dates") dates but for those of birth become C and times K.
[[nodiscard]] ProfileAction actionFor(std::uint32_t tag, Vr vr, bool shiftDates);

/// Whether a UID element names a class, a coding scheme or the like rather than an instance of
/// anything.
[[nodiscard]] bool isClassUid(std::uint32_t tag);

} // namespace ir
