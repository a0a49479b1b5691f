#pragma once

#include <QByteArray>
#include <QFile>
#include <QString>
#include <QTemporaryDir>
#include <QtGlobal>

namespace ir::test {

/// A folder of a test's own, gone with it.
class TestFolder
{
public:
    [[nodiscard]] QString path() const { return m_dir.path(); }
    /// Of a file or folder in it.
    [[nodiscard]] QString at(const QString& name) const { return m_dir.filePath(name); }

    void write(const QString& name, const QByteArray& content) const
    {
        QFile file(at(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write the test file %s", qPrintable(name));
    }

private:
    QTemporaryDir m_dir;
};

} // namespace ir::test
