#include "catalog/sharelock_p.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStorageInfo>
#include <QSysInfo>

#include <algorithm>
#include <array>
#include <atomic>

#include <signal.h>

namespace ir::catalog {

namespace {

const QString infix = QStringLiteral(".desk."); // <catalog>.desk.<machine>.<process>.<number>

bool isAlive(qint64 process)
{
    return ::kill(static_cast<pid_t>(process), 0) == 0 || errno != ESRCH;
}

} // namespace

bool isNetworkShare(const QByteArray& fileSystem)
{
    static constexpr std::array names{"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs",
                                      "fuse.sshfs", "fuse.smbnetfs", "9p", "glusterfs", "fuse.glusterfs", "ceph"};
    return std::ranges::any_of(names, [&](const char* name) { return fileSystem == name; });
}

Result<std::unique_ptr<ShareLock>> ShareLock::take(const QString& catalog, const QString& machine)
{
    static std::atomic<int> count = 0;
    const QFileInfo info(catalog);
    const QString prefix = info.fileName() + infix;
    QString own = machine;
    own.replace(u'.', u'-').replace(u'/', u'-');
    const QString file = info.absoluteDir().filePath(
        QStringLiteral("%1%2.%3.%4").arg(prefix, own).arg(QCoreApplication::applicationPid()).arg(++count));
    QFile made(file);
    if (!made.open(QIODevice::WriteOnly | QIODevice::NewOnly))
        return failure("The catalog " + catalog.toStdString() +
                           " cannot be opened on a network share in which you may not write.",
                       made.errorString().toStdString());
    std::unique_ptr<ShareLock> lock(new ShareLock(file));
    const auto names = info.absoluteDir().entryList({QString(prefix + u'*')}, QDir::Files);
    for (const QString& name : names) {
        const QStringList parts = name.mid(prefix.size()).split(u'.');
        if (parts.size() != 3)
            continue;
        if (parts[0] != own)
            return failure(
                "The catalog " + catalog.toStdString() + " lies on a network share and is open at " +
                parts[0].toStdString() +
                ": a catalog in a file is for one machine at a time. Let several desks share one on a PostgreSQL "
                "server instead (imaging-router-cli catalog copy). If that machine crashed, start the program there "
                "once more, or delete " +
                info.absoluteDir().filePath(name).toStdString() + ".");
        if (!isAlive(parts[1].toLongLong()))
            QFile::remove(info.absoluteDir().filePath(name));
    }
    return lock;
}

ShareLock::~ShareLock()
{
    QFile::remove(m_file);
}

Result<std::unique_ptr<ShareLock>> lockIfShared(const QString& catalog)
{
    if (!isNetworkShare(QStorageInfo(QFileInfo(catalog).absolutePath()).fileSystemType()))
        return nullptr;
    return ShareLock::take(catalog, QSysInfo::machineHostName());
}

} // namespace ir::catalog
