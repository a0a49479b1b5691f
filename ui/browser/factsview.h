#pragma once

#include "browser/reviewtraces.h"
#include "catalog/records.h"
#include "style/classstyle.h"

#include <QWidget>

class QFormLayout;
class QLabel;
class QToolButton;
class QVBoxLayout;

namespace ir::ui {

class FactValue;

/// What header, catalog and file system say of one image. The patient's name, ID and birth date are hidden
/// until asked for, for each image anew.
class FactsView : public QWidget
{
    Q_OBJECT

public:
    explicit FactsView(QWidget* parent = nullptr);

    void showDetails(const FileDetails& details, const ClassStyles& styles);
    /// What annotation projects say of the image; forgotten with the next one.
    void showTraces(const QVector<ReviewTrace>& traces, const ClassStyles& styles);
    void clear();

private:
    struct Section
    {
        QLabel* title = nullptr;
        QWidget* body = nullptr;
        QFormLayout* form = nullptr;
        QVector<FactValue*> values;
        int used = 0;
    };

    Section addSection(QVBoxLayout* layout, const QString& title, const char* name);
    void begin(Section& section);
    void add(Section& section, const QString& name, const QString& value);
    void add(Section& section, const QString& name, const std::string& value);
    void end(Section& section);
    void showPatient(bool shown);
    void showHeader();
    void showFile();
    void showHistory(const ClassStyles& styles);

    FileDetails m_details;
    Section m_header;
    Section m_patient;
    Section m_history;
    Section m_annotation;
    Section m_file;
    QToolButton* m_patientButton;
};

} // namespace ir::ui
