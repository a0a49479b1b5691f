#pragma once

#include "pipeline/reviewimages.h"
#include "review/setupcontext.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSpinBox;

namespace ir::ui {

/// Which images a new project is about.
class SetupImages : public QWidget
{
    Q_OBJECT

public:
    explicit SetupImages(const SetupContext& context, QWidget* parent = nullptr);

    [[nodiscard]] ReviewChoice choice() const;

Q_SIGNALS:
    void changed();

private:
    void chooseList();
    void showParts();

    QFormLayout* m_form = nullptr;
    QComboBox* m_place;
    QLineEdit* m_list;
    QPushButton* m_browse;
    QListWidget* m_classes;
    QCheckBox* m_needsReview;
    QComboBox* m_labels;
    QCheckBox* m_isSample;
    QSpinBox* m_sample;
    QComboBox* m_strata;
    QSpinBox* m_seed;
};

} // namespace ir::ui
