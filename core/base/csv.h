#pragma once

#include "base/result.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ir {

/// A CSV table after RFC 4180 with a header row: quoted fields may hold commas, quotes and line ends; a
/// UTF-8 byte order mark and CRLF are accepted.
class CsvTable
{
public:
    [[nodiscard]] static Result<CsvTable> parse(std::string_view text);
    [[nodiscard]] static Result<CsvTable> read(const std::filesystem::path& path);

    [[nodiscard]] bool hasColumn(std::string_view name) const;
    [[nodiscard]] std::size_t rows() const { return m_rows.size(); }
    /// The field, or "" where the column is absent.
    [[nodiscard]] const std::string& at(std::size_t row, std::string_view column) const;
    [[nodiscard]] const std::vector<std::string>& header() const { return m_header; }

private:
    std::vector<std::string> m_header;
    std::map<std::string, std::size_t, std::less<>> m_columns;
    std::vector<std::vector<std::string>> m_rows;
};

/// One line of CSV with its line end; fields are quoted where they must be.
[[nodiscard]] std::string csvLine(const std::vector<std::string>& fields);

} // namespace ir
