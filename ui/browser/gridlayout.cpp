#include "browser/gridlayout.h"

#include <algorithm>

namespace ir::ui {

void GridLayout::setTile(int side)
{
    m_tile = side;
    update();
}

void GridLayout::setWidth(int width)
{
    m_width = width;
    update();
}

void GridLayout::setGroups(const std::vector<int>& counts, bool headed)
{
    m_groups.clear();
    m_headed = headed;
    m_rows = 0;
    for (const int count : counts) {
        m_groups.push_back({m_rows, count, 0});
        m_rows += count;
    }
    update();
}

void GridLayout::update()
{
    m_columns = std::max(1, (m_width - kGap) / pitch());
    int top = 0;
    for (Group& group : m_groups) {
        group.top = top;
        top = tilesTop(group) + lines(group) * linePitch() - (m_headed ? kGap : 0);
    }
    m_height = m_groups.empty() ? 0 : top + (m_headed ? kGap : 0);
}

int GridLayout::tilesTop(const Group& group) const
{
    return group.top + (m_headed ? kHeading : kGap);
}

int GridLayout::lines(const Group& group) const
{
    return (group.count + m_columns - 1) / m_columns;
}

int GridLayout::left() const
{
    const int used = m_columns * pitch() - kGap;
    return std::max(kGap, (m_width - used) / 2);
}

const GridLayout::Group& GridLayout::groupOf(int row) const
{
    const auto after = std::upper_bound(m_groups.begin(), m_groups.end(), row,
                                        [](int r, const Group& g) { return r < g.first; });
    return *std::prev(after);
}

QRect GridLayout::tileRect(int row) const
{
    if (row < 0 || row >= m_rows)
        return {};
    const Group& group = groupOf(row);
    const int at = row - group.first;
    return {left() + (at % m_columns) * pitch(), tilesTop(group) + (at / m_columns) * linePitch(),
            m_tile, tileHeight()};
}

int GridLayout::rowAt(const QPoint& point) const
{
    const auto [first, last] = rowsBetween(point.y(), point.y());
    if (last < first || point.x() < left())
        return -1;
    const int row = first + (point.x() - left()) / pitch();
    return row <= last && tileRect(row).contains(point) ? row : -1;
}

std::pair<int, int> GridLayout::groupsBetween(int top, int bottom) const
{
    if (m_groups.empty() || bottom < 0 || top >= m_height)
        return {0, -1};
    const auto indexAt = [this](int y) {
        const auto after = std::upper_bound(m_groups.begin(), m_groups.end(), y,
                                            [](int v, const Group& g) { return v < g.top; });
        return std::max(0, static_cast<int>(after - m_groups.begin()) - 1);
    };
    return {indexAt(top), indexAt(bottom)};
}

std::pair<int, int> GridLayout::rowsBetween(int top, int bottom) const
{
    const auto [firstGroup, lastGroup] = groupsBetween(top, bottom);
    int first = -1;
    int last = -1;
    for (int g = firstGroup; g <= lastGroup; ++g) {
        const Group& group = m_groups[static_cast<std::size_t>(g)];
        const int above = top - tilesTop(group);
        const int below = bottom - tilesTop(group);
        if (below < 0)
            continue;
        // A line begins at k × pitch and is tileHeight() high; the gap below it belongs to none.
        int firstLine = 0;
        if (above > 0)
            firstLine = above / linePitch() + (above % linePitch() >= tileHeight() ? 1 : 0);
        const int lastLine = std::min(below / linePitch(), lines(group) - 1);
        if (firstLine > lastLine)
            continue;
        if (first < 0)
            first = group.first + firstLine * m_columns;
        last = group.first + std::min((lastLine + 1) * m_columns, group.count) - 1;
    }
    return first < 0 ? std::pair{0, -1} : std::pair{first, last};
}

std::vector<std::pair<int, int>> GridLayout::rowsIn(const QRect& rect) const
{
    std::vector<std::pair<int, int>> ranges;
    const auto [first, last] = rowsBetween(rect.top(), rect.bottom());
    const int fromLeft = rect.left() - left();
    const int fromRight = rect.right() - left();
    if (last < first || fromRight < 0)
        return ranges;
    int column = 0;
    if (fromLeft > 0)
        column = fromLeft / pitch() + (fromLeft % pitch() >= m_tile ? 1 : 0);
    const int endColumn = std::min(fromRight / pitch(), m_columns - 1);
    if (column > endColumn)
        return ranges;
    for (int row = first; row <= last;) {
        const auto [begin, end] = lineOf(row);
        const std::pair range{begin + column, std::min(begin + endColumn, end)};
        if (range.first <= range.second) {
            if (!ranges.empty() && ranges.back().second + 1 == range.first)
                ranges.back().second = range.second;
            else
                ranges.push_back(range);
        }
        row = end + 1;
    }
    return ranges;
}

std::pair<int, int> GridLayout::lineOf(int row) const
{
    const Group& group = groupOf(row);
    const int begin = row - (row - group.first) % m_columns;
    return {begin, std::min(begin + m_columns, group.first + group.count) - 1};
}

int GridLayout::rowBelow(int row, int lines) const
{
    const int column = row - lineOf(row).first;
    int line = lineOf(row).first;
    for (; lines > 0; --lines) {
        const int next = lineOf(line).second + 1;
        if (next >= m_rows)
            break;
        line = next;
    }
    for (; lines < 0; ++lines) {
        if (line == 0)
            break;
        line = lineOf(line - 1).first;
    }
    return std::min(line + column, lineOf(line).second);
}

QRect GridLayout::headingRect(int group) const
{
    if (!m_headed)
        return {};
    const Group& g = m_groups[static_cast<std::size_t>(group)];
    return {left(), g.top, m_columns * pitch() - kGap, kHeading};
}

} // namespace ir::ui
