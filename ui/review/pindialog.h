#pragma once

#include "catalog/catalog.h"

#include <QDialog>
#include <QThreadPool>

class QLabel;
class QLineEdit;
class QPushButton;

namespace ir::ui {

/// Sets, changes or takes away a reader's PIN.
class PinDialog : public QDialog
{
    Q_OBJECT

public:
    /// `catalog` outlives the dialog.
    PinDialog(Catalog& catalog, const QString& reader, bool hasPin, QWidget* parent = nullptr);
    ~PinDialog() override;

private:
    void store();

    Catalog& m_catalog;
    QString m_reader;
    QLineEdit* m_old;
    QLineEdit* m_new;
    QLineEdit* m_again;
    QLabel* m_problem;
    QPushButton* m_store;
    QThreadPool m_worker;
};

} // namespace ir::ui
