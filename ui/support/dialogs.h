#pragma once

#include <QString>

#include <functional>
#include <optional>

class QWidget;

namespace ir::ui {

/// Questions to the user. None blocks: the answer comes by callback, never when `parent` is gone by then.
/// Tests set the next answer and no dialog is shown.
class Dialogs
{
public:
    /// The folder chosen; not called when the user cancels.
    static void chooseFolder(QWidget* parent, const QString& title, const QString& start,
                             std::function<void(const QString&)> chosen);
    /// An existing file, or (`isNew`) the name of one to write; not called when the user cancels.
    static void chooseFile(QWidget* parent, const QString& title, const QString& start, const QString& filter,
                           std::function<void(const QString&)> chosen, bool isNew = false);
    /// Calls `accepted` when the user presses the button named `action`; the other button is Cancel.
    static void confirm(QWidget* parent, const QString& title, const QString& text,
                        const QString& action, std::function<void()> accepted);

    static void setNextFolder(const QString& folder);
    static void setNextFile(const QString& file);
    static void setNextAnswer(bool accepted);

private:
    static std::optional<QString> s_nextFolder;
    static std::optional<QString> s_nextFile;
    static std::optional<bool> s_nextAnswer;
};

} // namespace ir::ui
