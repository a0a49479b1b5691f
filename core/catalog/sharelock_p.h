#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QString>

#include <memory>

namespace ir::catalog {

/// Whether this is what the system calls a network share ("nfs4", "cifs" …), where SQLite cannot see what other
/// machines do: its write-ahead log needs memory that all of them share.
[[nodiscard]] bool isNetworkShare(const QByteArray& fileSystem);

/// Keeps a catalog's file on a network share to one machine at a time, by a file beside it that names the machine; of one
/// machine, several programs may have it. Removed with this object, or by the machine's next one after a crash.
class ShareLock
{
public:
    /// Errors: another machine has the catalog, or nothing can be written there. Two that come at once are both refused.
    [[nodiscard]] static Result<std::unique_ptr<ShareLock>> take(const QString& catalog, const QString& machine);
    ~ShareLock();
    ShareLock(const ShareLock&) = delete;
    ShareLock& operator=(const ShareLock&) = delete;

private:
    explicit ShareLock(QString file) : m_file(std::move(file)) {}
    QString m_file;
};

/// The lock that this catalog needs where it lies; nullptr: none.
[[nodiscard]] Result<std::unique_ptr<ShareLock>> lockIfShared(const QString& catalog);

} // namespace ir::catalog
