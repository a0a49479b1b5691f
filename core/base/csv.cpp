#include "base/csv.h"

#include "base/atomicfile.h"

namespace ir {

namespace {

/// Splits the next record off `text`; false at the end of the text.
bool takeRecord(std::string_view& text, std::vector<std::string>& fields)
{
    fields.clear();
    if (text.empty())
        return false;
    std::string field;
    bool quoted = false;
    std::size_t i = 0;
    for (; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c != '"')
                field.push_back(c);
            else if (i + 1 < text.size() && text[i + 1] == '"')
                field.push_back(text[++i]);
            else
                quoted = false;
        } else if (c == '"' && field.empty()) {
            quoted = true;
        } else if (c == ',') {
            fields.push_back(std::move(field));
            field.clear();
        } else if (c == '\n') {
            ++i;
            break;
        } else if (c != '\r' || (i + 1 < text.size() && text[i + 1] != '\n')) {
            field.push_back(c);
        }
    }
    fields.push_back(std::move(field));
    text.remove_prefix(i);
    return true;
}

} // namespace

Result<CsvTable> CsvTable::parse(std::string_view text)
{
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    CsvTable table;
    if (!takeRecord(text, table.m_header))
        return failure("The CSV table is empty: its first line must name the columns.");
    for (std::size_t i = 0; i < table.m_header.size(); ++i)
        table.m_columns.emplace(table.m_header[i], i);
    std::vector<std::string> fields;
    while (takeRecord(text, fields)) {
        if (fields.size() == 1 && fields[0].empty())
            continue; // blank line
        if (fields.size() != table.m_header.size())
            return failure("Row " + std::to_string(table.m_rows.size() + 2) +
                           " of the CSV table has " + std::to_string(fields.size()) +
                           " fields where its first line names " +
                           std::to_string(table.m_header.size()) + " columns.");
        table.m_rows.push_back(fields);
    }
    return table;
}

Result<CsvTable> CsvTable::read(const std::filesystem::path& path)
{
    auto text = readFile(path);
    if (!text)
        return tl::unexpected(text.error());
    auto table = parse(*text);
    if (!table)
        return failure(path.string() + ": " + table.error().message);
    return table;
}

bool CsvTable::hasColumn(std::string_view name) const
{
    return m_columns.find(name) != m_columns.end();
}

const std::string& CsvTable::at(std::size_t row, std::string_view column) const
{
    static const std::string none;
    const auto found = m_columns.find(column);
    return found == m_columns.end() ? none : m_rows[row][found->second];
}

std::string csvLine(const std::vector<std::string>& fields)
{
    std::string line;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0)
            line.push_back(',');
        if (fields[i].find_first_of(",\"\r\n") == std::string::npos) {
            line += fields[i];
            continue;
        }
        line.push_back('"');
        for (const char c : fields[i]) {
            if (c == '"')
                line.push_back('"');
            line.push_back(c);
        }
        line.push_back('"');
    }
    line.push_back('\n');
    return line;
}

} // namespace ir
