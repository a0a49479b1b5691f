#include "support/dialogs.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPushButton>

#include <utility>

namespace ir::ui {

std::optional<QString> Dialogs::s_nextFolder;
std::optional<QString> Dialogs::s_nextFile;
std::optional<bool> Dialogs::s_nextAnswer;

void Dialogs::setNextFolder(const QString& folder) { s_nextFolder = folder; }
void Dialogs::setNextFile(const QString& file) { s_nextFile = file; }
void Dialogs::setNextAnswer(bool accepted) { s_nextAnswer = accepted; }

void Dialogs::chooseFolder(QWidget* parent, const QString& title, const QString& start,
                           std::function<void(const QString&)> chosen)
{
    if (const auto next = std::exchange(s_nextFolder, std::nullopt)) {
        chosen(*next);
        return;
    }
    auto* dialog = new QFileDialog(parent, title, start);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    QObject::connect(dialog, &QFileDialog::fileSelected, parent, chosen);
    dialog->open();
}

void Dialogs::chooseFile(QWidget* parent, const QString& title, const QString& start, const QString& filter,
                         std::function<void(const QString&)> chosen, bool isNew)
{
    if (const auto next = std::exchange(s_nextFile, std::nullopt)) {
        chosen(*next);
        return;
    }
    auto* dialog = new QFileDialog(parent, title, start, filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(isNew ? QFileDialog::AnyFile : QFileDialog::ExistingFile);
    dialog->setAcceptMode(isNew ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
    if (isNew)
        dialog->setDefaultSuffix(QFileInfo(start).suffix());
    QObject::connect(dialog, &QFileDialog::fileSelected, parent, chosen);
    dialog->open();
}

void Dialogs::confirm(QWidget* parent, const QString& title, const QString& text,
                      const QString& action, std::function<void()> accepted)
{
    if (const auto next = std::exchange(s_nextAnswer, std::nullopt)) {
        if (*next)
            accepted();
        return;
    }
    auto* box = new QMessageBox(QMessageBox::NoIcon, title, text, QMessageBox::Cancel, parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton* button = box->addButton(action, QMessageBox::AcceptRole);
    box->setDefaultButton(QMessageBox::Cancel);
    QObject::connect(button, &QPushButton::clicked, parent, accepted);
    box->open();
}

} // namespace ir::ui
