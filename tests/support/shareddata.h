#pragma once

#include <QDir>
#include <QString>
#include <QtTest>

namespace ir::test {

/// The team's data folder beside the checkout (real radiographs, peers' DICOM files), or "" where this
/// machine has none. Nothing in it may be needed to build or run the product.
inline QString sharedData(const QString& name)
{
    const QString fromEnvironment = qEnvironmentVariable("IR_SHARED_DATA");
    const QString root = fromEnvironment.isEmpty()
                             ? QDir(QStringLiteral(IR_SOURCE_DIR)).absoluteFilePath(QStringLiteral("../shared"))
                             : fromEnvironment;
    const QString path = QDir(root).filePath(name);
    return QFileInfo::exists(path) ? QDir::cleanPath(path) : QString();
}

} // namespace ir::test

/// Declares `QString name` as a folder of the shared data or skips the test, loudly.
#define IR_REQUIRE_SHARED(name, folder)                                                            \
    const QString name = ir::test::sharedData(QStringLiteral(folder));                             \
    if (name.isEmpty())                                                                            \
    QSKIP("SKIPPED: ../shared/" folder " is not on this machine (set IR_SHARED_DATA to its folder)")
