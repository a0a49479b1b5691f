#pragma once

// Needs IR_CLI, the program's path, as a definition.

#include <QByteArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStringList>
#include <QVector>

namespace ir::test {

/// What one call of imaging-router-cli left behind.
struct CliRun
{
    int code = -1;
    QByteArray out;
    QByteArray err;

    /// The output as one JSON object; empty where it is none.
    [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
    /// The output as one JSON object a line.
    [[nodiscard]] QVector<QJsonObject> lines() const
    {
        QVector<QJsonObject> objects;
        for (const QByteArray& line : out.trimmed().split('\n'))
            objects.push_back(QJsonDocument::fromJson(line).object());
        return objects;
    }
};

inline CliRun cli(const QStringList& arguments)
{
    QProcess process;
    process.start(QStringLiteral(IR_CLI), arguments);
    if (!process.waitForFinished(120'000))
        process.kill();
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

} // namespace ir::test
