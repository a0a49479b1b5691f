#pragma once

#include "exporting/sortedexport.h"

#include "base/atomicfile.h"
#include "base/digest.h"

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ir::test {

namespace fs = std::filesystem;

/// Folders "in" and "out" of a temporary directory, and files written into the first.
class ExportPlace
{
public:
    [[nodiscard]] fs::path root() const { return fs::path(m_dir.path().toStdString()); }
    [[nodiscard]] fs::path in() const { return root() / "in"; }
    [[nodiscard]] fs::path out() const { return root() / "out"; }

    /// A file that holds `content`, tagged as `className`.
    ExportItem add(const std::string& relative, const std::string& className,
                   const std::string& content) const
    {
        ExportItem item;
        item.source = in() / relative;
        fs::create_directories(item.source.parent_path());
        if (!writeFileAtomically(item.source, content))
            qFatal("cannot write a test file");
        item.className = className;
        item.confidence = 0.75f;
        item.digest = sha256(content);
        item.sopInstanceUid = "1.2." + std::to_string(content.size());
        return item;
    }

    [[nodiscard]] SortedExportOptions options(ExportMode mode = ExportMode::Copy) const
    {
        SortedExportOptions options;
        options.destination = out();
        options.mode = mode;
        return options;
    }

private:
    QTemporaryDir m_dir;
};

/// Relative path → content of every file under a folder, without the manifests and the journal.
inline std::map<std::string, std::string> tree(const fs::path& folder)
{
    std::map<std::string, std::string> files;
    if (!fs::exists(folder))
        return files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const std::string relative = entry.path().lexically_relative(folder).string();
        if (!entry.is_regular_file() || relative.starts_with(".imaging-router-export") ||
            relative.starts_with("manifest"))
            continue;
        files[relative] = readFile(entry.path()).value_or("unreadable");
    }
    return files;
}

inline std::string errorOf(const Error& error)
{
    return error.message;
}

} // namespace ir::test

/// Plans and executes; declares `report`.
#define IR_EXPORT(report, items, options)                                                          \
    const auto report##Plan = ir::planSortedExport(items, options);                                \
    QVERIFY2(report##Plan, report##Plan ? "" : report##Plan.error().message.c_str());              \
    const auto report##Result = ir::executeSortedExport(*report##Plan);                            \
    QVERIFY2(report##Result, report##Result ? "" : report##Result.error().message.c_str());        \
    [[maybe_unused]] const ir::ExportReport& report = *report##Result
