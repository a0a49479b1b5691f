#pragma once

#include "browser/displayloader.h"
#include "review/setupcontext.h"

#include <QWidget>

class QListWidget;
class QPlainTextEdit;
class QPushButton;

namespace ir::ui {

class PictureStore;

/// What readers are told: a text, and images that show what the classes mean.
class SetupGuideline : public QWidget
{
    Q_OBJECT

public:
    SetupGuideline(const SetupContext& context, const DisplayLoader& loader, QWidget* parent = nullptr);

    [[nodiscard]] QString text() const;
    [[nodiscard]] std::vector<ReviewExample> examples() const;

Q_SIGNALS:
    void changed();

private:
    void addSelected();
    void removeChosen();

    QVector<FileSummary> m_selected;
    PictureStore* m_pictures;
    QPlainTextEdit* m_text;
    QListWidget* m_examples;
    QPushButton* m_add;
    QPushButton* m_remove;
};

} // namespace ir::ui
