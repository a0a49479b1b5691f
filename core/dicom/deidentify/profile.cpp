#include "dicom/deidentify/profile.h"

#include <algorithm>

namespace ir {

namespace {

/// Rewritten for every file, whatever it held.
bool isOurs(std::uint32_t tag)
{
    return tag == 0x00120062 || tag == 0x00120063 || tag == 0x00120064 || tag == 0x00280303;
}

bool isOfBirth(std::uint32_t tag)
{
    return tag == 0x00100030 || tag == 0x00100032 || tag == 0x00100033 || tag == 0x00100034;
}

} // namespace

bool isClassUid(std::uint32_t tag)
{
    // SOP classes, coding schemes, context groups, mapping resources, transfer syntaxes.
    constexpr std::array<std::uint32_t, 12> classes{0x00020002, 0x00020010, 0x00020012, 0x00080016,
                                                    0x0008001A, 0x0008001B, 0x00080062, 0x0008010C,
                                                    0x00080117, 0x00080118, 0x00081150, 0x0008115A};
    return std::ranges::find(classes, tag) != classes.end();
}

ProfileAction actionFor(std::uint32_t tag, Vr vr, bool shiftDates)
{
    using enum ProfileAction;
    const auto group = static_cast<std::uint16_t>(tag >> 16);
    if (group % 2 != 0 || group < 0x0008 || (tag & 0xFFFF) == 0 || vr == Vr{} || isOurs(tag))
        return X;
    // Without its data an overlay's description leads nowhere: the whole group goes.
    if ((group & 0xFF00) == 0x5000 || (group & 0xFF00) == 0x6000)
        return X;
    const bool isDate = isVr(vr, "DA") || isVr(vr, "DT");
    if (shiftDates && !isOfBirth(tag) && (isDate || isVr(vr, "TM")))
        return isDate ? C : K;
    if (const auto action = tabulatedAction(tag))
        return *action;
    if (isDate || isVr(vr, "TM"))
        return X;
    if (isVr(vr, "PN"))
        return Z;
    if (isVr(vr, "UI") && !isClassUid(tag))
        return U;
    return K;
}

} // namespace ir
