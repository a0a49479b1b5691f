#include "opencatalog.h"

#include <QFile>

namespace ir::cli {

Result<std::unique_ptr<Catalog>> existingCatalog(const std::string& catalog)
{
    const QString path =
        catalog.empty() ? Catalog::defaultPath() : QFile::decodeName(catalog.c_str());
    if (!Catalog::mayExist(path))
        return failure("There is no catalog " + path.toStdString() + ".");
    return Catalog::open(path);
}

} // namespace ir::cli
