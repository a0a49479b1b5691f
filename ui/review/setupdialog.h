#pragma once

#include "browser/displayloader.h"
#include "review/setupcontext.h"

#include <QDialog>
#include <QThreadPool>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace ir::ui {

class SetupGuideline;
class SetupImages;
class SetupPreview;

/// A new annotation project: what it is called and about, who reads, by which rules; beside it, what results.
class SetupDialog : public QDialog
{
    Q_OBJECT

public:
    SetupDialog(const SetupContext& context, const DisplayLoader& loader, QWidget* parent = nullptr);
    ~SetupDialog() override;

Q_SIGNALS:
    void created(qint64 review);

private:
    QWidget* buildProject();
    QWidget* buildRules();
    void planChanged();
    void create();

    SetupContext m_context;
    QLineEdit* m_name;
    QPlainTextEdit* m_classes;
    QLineEdit* m_readers;
    QLineEdit* m_adjudicators;
    QCheckBox* m_blindToModel;
    QCheckBox* m_blindToFirst;
    QCheckBox* m_thirdAdjudicates;
    QSpinBox* m_overlap;
    QComboBox* m_order;
    QSpinBox* m_repeats;
    QSpinBox* m_repeatAfter;
    QSpinBox* m_lease;
    SetupImages* m_images;
    SetupGuideline* m_guideline;
    SetupPreview* m_preview;
    QPushButton* m_create;
    QThreadPool m_worker; ///< one thread
};

} // namespace ir::ui
