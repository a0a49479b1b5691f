#pragma once

#include <QKeyEvent>

namespace ir::ui {

/// What a key does to the image or images one looks at, the same in the grid and in the large view.
enum class ImageAction { None, SetClass, SetClassOfLetter, ClearLabel, Accept, Undo, Redo };

/// For SetClass the number is event->key() - Qt::Key_0; for SetClassOfLetter (Shift and a letter) event->key() is
/// the letter's code.
[[nodiscard]] inline ImageAction imageActionOf(const QKeyEvent* event)
{
    const auto modifiers = event->modifiers() & ~Qt::KeypadModifier;
    if (modifiers == (Qt::ControlModifier | Qt::ShiftModifier) && event->key() == Qt::Key_Z)
        return ImageAction::Redo;
    if (modifiers == Qt::ShiftModifier && event->key() >= Qt::Key_A && event->key() <= Qt::Key_Z)
        return ImageAction::SetClassOfLetter;
    if (modifiers != Qt::NoModifier)
        return ImageAction::None;
    if (event->key() >= Qt::Key_1 && event->key() <= Qt::Key_9)
        return ImageAction::SetClass;
    switch (event->key()) {
    case Qt::Key_0:
        return ImageAction::ClearLabel;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return ImageAction::Accept;
    case Qt::Key_U:
        return ImageAction::Undo;
    default:
        return ImageAction::None;
    }
}

/// Emits the signal of `view` (ImageGridView, LargeView) that belongs to the key; false: the key means nothing.
template <typename View>
bool emitImageAction(View* view, const QKeyEvent* event)
{
    switch (imageActionOf(event)) {
    case ImageAction::None:
        return false;
    case ImageAction::SetClass:
        Q_EMIT view->classKeyPressed(event->key() - Qt::Key_0);
        return true;
    case ImageAction::SetClassOfLetter:
        Q_EMIT view->classLetterPressed(QString(QChar(event->key())));
        return true;
    case ImageAction::ClearLabel:
        Q_EMIT view->clearLabelRequested();
        return true;
    case ImageAction::Accept:
        Q_EMIT view->acceptRequested();
        return true;
    case ImageAction::Undo:
        Q_EMIT view->undoRequested();
        return true;
    case ImageAction::Redo:
        Q_EMIT view->redoRequested();
        return true;
    }
    return false;
}

} // namespace ir::ui
