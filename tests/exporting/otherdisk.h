#pragma once

#include <QDir>
#include <QTemporaryDir>

#include <filesystem>
#include <memory>

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ir::test {

/// A new folder on another file system than `folder`'s; nullptr: this machine has none that can be written.
inline std::unique_ptr<QTemporaryDir> folderOnAnotherDisk(const std::filesystem::path& folder)
{
    struct stat here{};
    if (::stat(folder.c_str(), &here) != 0)
        return nullptr;
    for (const QString& place : {QStringLiteral("/dev/shm"), QDir::currentPath(), QDir::tempPath(),
                                 QStringLiteral("/var/tmp"), QDir::homePath()}) {
        struct stat there{};
        if (::stat(qPrintable(place), &there) != 0 || there.st_dev == here.st_dev)
            continue;
        auto made = std::make_unique<QTemporaryDir>(place + QStringLiteral("/imaging-router-XXXXXX"));
        if (made->isValid())
            return made;
    }
    return nullptr;
}

/// Gives this process mounts of its own, as root or in a user namespace; they end with it. To be called while
/// there is one thread. False: not allowed here.
inline bool enterOwnMountNamespace()
{
    const uid_t user = ::getuid();
    if (::unshare(CLONE_NEWNS) != 0) {
        if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
            return false;
        QFile map(QStringLiteral("/proc/self/uid_map"));
        if (!map.open(QIODevice::WriteOnly | QIODevice::Unbuffered) ||
            map.write("0 " + QByteArray::number(user) + " 1") < 0)
            return false;
    }
    return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

/// A file system of its own with room for `bytes`, in memory; call enterOwnMountNamespace() first.
class SmallDisk
{
public:
    explicit SmallDisk(int bytes)
    {
        const QByteArray size = "size=" + QByteArray::number(bytes);
        m_mounted = m_point.isValid() &&
                    ::mount("tmpfs", qPrintable(m_point.path()), "tmpfs", MS_NOSUID | MS_NODEV,
                            size.constData()) == 0;
    }
    ~SmallDisk()
    {
        if (m_mounted)
            ::umount2(qPrintable(m_point.path()), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    [[nodiscard]] bool isMounted() const { return m_mounted; }
    [[nodiscard]] std::filesystem::path root() const { return m_point.path().toStdString(); }

private:
    QTemporaryDir m_point;
    bool m_mounted = false;
};

} // namespace ir::test
