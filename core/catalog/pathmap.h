#pragma once

#include "base/result.h"

#include <QString>
#include <QStringList>
#include <QVector>

namespace ir {

/// Where this machine has mounted the folders that a shared catalog speaks of: a table of "local=archive" prefixes, such as
/// /mnt/pacs=/archive. Whole folder names count, the longest prefix wins, and other paths are the same everywhere.
/// Plain value.
class PathMap
{
public:
    PathMap() = default; ///< every path is the same here

    /// Errors: a line without '=', a relative path, a prefix that stands twice on one side (no way back).
    [[nodiscard]] static Result<PathMap> parse(const QStringList& lines);
    /// Of the file "imaging-router/mounts" in the user's or the system's configuration (~/.config, /etc/xdg): a line
    /// each, '#' begins a comment. Without that file: empty.
    [[nodiscard]] static Result<PathMap> ofThisMachine();

    [[nodiscard]] bool isEmpty() const { return m_prefixes.isEmpty(); }
    [[nodiscard]] QString toArchive(const QString& local) const;
    [[nodiscard]] QString toLocal(const QString& archive) const;

private:
    struct Prefix
    {
        QString local;
        QString archive;
    };
    QVector<Prefix> m_prefixes;
};

} // namespace ir
