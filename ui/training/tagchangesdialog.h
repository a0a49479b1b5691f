#pragma once

#include "pipeline/tagchanges.h"
#include "style/classstyle.h"

#include <QDialog>

class QListWidget;

namespace ir::ui {

/// What tagging again with another model changed: how many images from which class to which, and which
/// images.
class TagChangesDialog : public QDialog
{
    Q_OBJECT

public:
    TagChangesDialog(TagChanges changes, const ClassStyles& styles, QWidget* parent = nullptr);

Q_SIGNALS:
    void fileChosen(qint64 file);

private:
    void fillPairs(const ClassStyles& styles);
    void showPair(int row);

    TagChanges m_changes;
    QListWidget* m_pairs;
    QListWidget* m_files;
};

} // namespace ir::ui
