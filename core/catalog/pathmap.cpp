#include "catalog/pathmap.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>

namespace ir {

namespace {

/// What follows `prefix` in `path`, from the '/' on; null: `path` is not under it.
QString restAfter(const QString& prefix, const QString& path)
{
    const QString folder = prefix == QLatin1String("/") ? QString() : prefix;
    if (path == prefix)
        return QStringLiteral("");
    return path.startsWith(folder) && path.size() > folder.size() && path[folder.size()] == u'/'
               ? path.mid(folder.size())
               : QString();
}

QString joined(const QString& prefix, const QString& rest)
{
    if (rest.isEmpty())
        return prefix;
    return prefix == QLatin1String("/") ? rest : QString(prefix + rest);
}

} // namespace

Result<PathMap> PathMap::parse(const QStringList& lines)
{
    PathMap map;
    for (const QString& line : lines) {
        const auto sides = line.split(u'=');
        if (sides.size() != 2 || !sides[0].trimmed().startsWith(u'/') ||
            !sides[1].trimmed().startsWith(u'/'))
            return failure("\"" + line.toStdString() +
                           "\" is no pair of folders: write LOCAL=ARCHIVE, such as /mnt/pacs=/archive.");
        const Prefix prefix{QDir::cleanPath(sides[0].trimmed()), QDir::cleanPath(sides[1].trimmed())};
        for (const Prefix& other : map.m_prefixes)
            if (other.local == prefix.local || other.archive == prefix.archive)
                return failure("The folder of \"" + line.toStdString() +
                               "\" is mapped twice: which one is meant could not be told.");
        map.m_prefixes.append(prefix);
    }
    return map;
}

Result<PathMap> PathMap::ofThisMachine()
{
    const QString name = QStandardPaths::locate(QStandardPaths::GenericConfigLocation,
                                                QStringLiteral("imaging-router/mounts"));
    if (name.isEmpty())
        return PathMap();
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return failure("The table of mounts " + name.toStdString() + " cannot be read.",
                       file.errorString().toStdString());
    QStringList lines;
    for (const QString& line : QString::fromUtf8(file.readAll()).split(u'\n')) {
        const QString text = line.section(u'#', 0, 0).trimmed();
        if (!text.isEmpty())
            lines.append(text);
    }
    auto map = parse(lines);
    if (!map)
        return failure("The table of mounts " + name.toStdString() + ": " + map.error().message);
    return map;
}

QString PathMap::toArchive(const QString& local) const
{
    const Prefix* best = nullptr;
    QString rest;
    for (const Prefix& prefix : m_prefixes) {
        const QString after = restAfter(prefix.local, local);
        if (!after.isNull() && (best == nullptr || prefix.local.size() > best->local.size())) {
            best = &prefix;
            rest = after;
        }
    }
    return best == nullptr ? local : joined(best->archive, rest);
}

QString PathMap::toLocal(const QString& archive) const
{
    const Prefix* best = nullptr;
    QString rest;
    for (const Prefix& prefix : m_prefixes) {
        const QString after = restAfter(prefix.archive, archive);
        if (!after.isNull() && (best == nullptr || prefix.archive.size() > best->archive.size())) {
            best = &prefix;
            rest = after;
        }
    }
    return best == nullptr ? archive : joined(best->local, rest);
}

} // namespace ir
