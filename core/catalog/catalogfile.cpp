#include "catalog/catalogfile_p.h"

#include "catalog/catalog.h"

#include <QDir>
#include <QFileInfo>

namespace ir::catalog {

namespace {

/// Makes the folder and, where the file is new, the file itself: readable by its owner only if it lies in the
/// user's own data directory, since it holds patients' names.
Result<void> prepareFile(const QString& path)
{
    const QFileInfo info(path);
    if (!QDir().mkpath(info.absolutePath()))
        return failure("The folder " + info.absolutePath().toStdString() +
                       " for the catalog cannot be made: keep the catalog in a folder in which you may "
                       "write.");
    const bool isNew = !info.exists();
    QFile file(path);
    if (!file.open(QIODevice::ReadWrite))
        return failure("The catalog " + path.toStdString() +
                           " cannot be written: keep it in a folder in which you may write.",
                       file.errorString().toStdString());
    if (isNew && path == Catalog::defaultPath())
        file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    return {};
}

} // namespace

Result<Place> preparedPlace(const QString& text)
{
    auto place = placeOf(text);
    if (!place || place->dialect != Dialect::Sqlite || place->isInMemory())
        return place;
    place->name = QDir::cleanPath(QFileInfo(text).absoluteFilePath());
    if (auto prepared = prepareFile(place->name); !prepared)
        return tl::unexpected(prepared.error());
    return place;
}

} // namespace ir::catalog
