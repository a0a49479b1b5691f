#pragma once

#include "catalog/catalog.h"

#include <QStringList>
#include <QVector>

namespace ir::ui {

/// What a new project can be made of: the open archive.
struct SetupContext
{
    Catalog* catalog = nullptr; ///< outlives the dialog
    std::string modelId;
    QStringList classes;           ///< of the model
    QString folder;                ///< of the archive
    QString shownFolder;           ///< that the browser is narrowed down to; empty: none
    QVector<FileSummary> selected; ///< in the browser, for examples
    QString reader;                ///< who sets it up
};

} // namespace ir::ui
