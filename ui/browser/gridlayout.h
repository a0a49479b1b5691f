#pragma once

#include <QRect>

#include <utility>
#include <vector>

namespace ir::ui {

/// Geometry of a grid of equal tiles under optional headings, in content coordinates (device-independent
/// pixels). Every answer is O(1) or O(log groups), nothing is stored for a tile.
class GridLayout
{
public:
    static constexpr int kGap = 8;      ///< between tiles and at the edges
    static constexpr int kFooter = 24;  ///< caption under the square image
    static constexpr int kHeading = 36; ///< line above a group

    void setTile(int side);
    void setWidth(int width);
    /// Rows of each group, in order; `headed`: each has a heading.
    void setGroups(const std::vector<int>& counts, bool headed);

    [[nodiscard]] int tile() const { return m_tile; }
    [[nodiscard]] int tileHeight() const { return m_tile + kFooter; }
    [[nodiscard]] int columns() const { return m_columns; }
    [[nodiscard]] int rowCount() const { return m_rows; }
    [[nodiscard]] int contentHeight() const { return m_height; }

    [[nodiscard]] QRect tileRect(int row) const;
    /// The row whose tile is there; -1: none.
    [[nodiscard]] int rowAt(const QPoint& point) const;
    /// First and last row whose line of tiles meets [top, bottom]; {0, -1}: none.
    [[nodiscard]] std::pair<int, int> rowsBetween(int top, int bottom) const;
    /// Rows whose tiles meet the rectangle, as ranges in order.
    [[nodiscard]] std::vector<std::pair<int, int>> rowsIn(const QRect& rect) const;
    /// The row `lines` lines of tiles below (above where negative), in the same column or the line's last one.
    [[nodiscard]] int rowBelow(int row, int lines) const;
    [[nodiscard]] std::pair<int, int> lineOf(int row) const; ///< first and last row of its line

    /// First and last group that meets [top, bottom]; {0, -1}: none.
    [[nodiscard]] std::pair<int, int> groupsBetween(int top, int bottom) const;
    [[nodiscard]] bool isHeaded() const { return m_headed; }
    [[nodiscard]] QRect headingRect(int group) const;

private:
    struct Group
    {
        int first = 0; ///< row
        int count = 0;
        int top = 0; ///< of the heading
    };

    void update();
    [[nodiscard]] int tilesTop(const Group& group) const;
    [[nodiscard]] int lines(const Group& group) const;
    [[nodiscard]] const Group& groupOf(int row) const;
    [[nodiscard]] int left() const;
    [[nodiscard]] int pitch() const { return m_tile + kGap; }
    [[nodiscard]] int linePitch() const { return tileHeight() + kGap; }

    int m_tile = 160;
    int m_width = 0;
    int m_columns = 1;
    int m_rows = 0;
    int m_height = 0;
    bool m_headed = false;
    std::vector<Group> m_groups;
};

} // namespace ir::ui
