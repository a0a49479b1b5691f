#pragma once

#include "dicom/deidentify/identifiers.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ir {

/// Bytes [from, to) of a file that are looked at in another way than the rest.
struct SearchRange
{
    enum class Kind : std::uint8_t {
        Binary, ///< pixels and numbers: short words and plain numbers occur there by chance
        Dates,  ///< of a file that says its dates were shifted: they hit other people's by chance
        Ours    ///< the profile's own words
    };
    std::size_t from = 0;
    std::size_t to = 0;
    Kind kind = Kind::Binary;
};

/// Finds identifiers in any bytes: in the file's own character set, UTF-8, Latin-1 and both UTF-16,
/// ASCII without regard to case, dates in six ways of writing. What is shorter than six bytes
/// counts as a word of its own only, UIDs and plain numbers as whole ones, dates where no digit
/// stands before them. Filled by one thread; then any.
class IdentifierSearch
{
public:
    struct Hit
    {
        std::size_t offset = 0;
        std::size_t identifier = 0; ///< as add() numbered them
    };

    /// The identifier's number: the same for one of equal kind and text.
    std::size_t add(const Identifier& identifier);
    [[nodiscard]] const Identifier& identifier(std::size_t i) const { return m_identifiers[i]; }
    [[nodiscard]] std::size_t size() const { return m_identifiers.size(); }

    /// At most `most` hits, in the order of the bytes. `ranges`: sorted, apart.
    [[nodiscard]] std::vector<Hit> find(std::string_view bytes,
                                        const std::vector<SearchRange>& ranges = {},
                                        std::size_t most = 1000) const;

private:
    enum class Bounds : std::uint8_t { None, Word, Number, Uid, Date };
    struct Term
    {
        std::string bytes; ///< ASCII letters small
        std::size_t identifier = 0;
        Bounds bounds = Bounds::None;
        bool isShort = false; ///< not looked for in binary ranges
    };

    void addTerm(std::string bytes, std::size_t identifier, Bounds bounds);
    [[nodiscard]] bool isBounded(std::string_view bytes, std::size_t at, const Term& term) const;

    std::vector<Identifier> m_identifiers;
    std::unordered_map<std::string, std::size_t> m_numbers;
    std::unordered_map<std::uint32_t, std::vector<Term>> m_terms; ///< by their first three bytes
    std::vector<bool> m_isStart;                                  ///< of three bytes
};

/// Every identifier in a file: in its bytes, for deflated ones folded and unfolded, and in each
/// value by itself, so that neither the tag behind nor the length before a value passes for a part
/// of its last or first word. Offsets are into the bytes that the data set was read from.
[[nodiscard]] std::vector<IdentifierSearch::Hit>
identifiersIn(const DicomTree& tree, const IdentifierSearch& search, std::size_t most = 1000);

} // namespace ir
