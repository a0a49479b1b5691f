#pragma once

#include "review/project.h"
#include "style/classstyle.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace ir::ui {

/// What one reader said of an image: the label, as a button that decides for it, and the remarks.
class ReaderColumn : public QFrame
{
    Q_OBJECT

public:
    explicit ReaderColumn(QWidget* parent = nullptr);

    /// `label` empty: unsure. `remarks` are of all readers; this one's are shown.
    void showReading(const QString& reader, int round, const std::string& label, const ClassStyles& styles,
                     const std::vector<ReviewEvent>& remarks);
    void clear();

Q_SIGNALS:
    void labelClicked(const QString& label);

private:
    QLabel* m_reader;
    QLabel* m_round;
    QPushButton* m_label;
    QLabel* m_remarks;
    QString m_name;
};

} // namespace ir::ui
