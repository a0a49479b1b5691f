#pragma once

#include "style/classstyle.h"

#include <QAbstractButton>
#include <QFrame>

class QLabel;

namespace ir::ui {

/// What a key does, with the key on it; also for the mouse. Never takes the focus: the view has the keys.
class KeyButton : public QAbstractButton
{
    Q_OBJECT

public:
    KeyButton(const QString& key, const QString& text, QWidget* parent = nullptr);
    /// With the class's letter in its colour.
    KeyButton(const ClassStyle& style, QWidget* parent = nullptr);

    /// Stands out as what was chosen.
    void setMarked(bool marked);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    QString m_key;
    ClassStyle m_style;
    bool m_isMarked = false;
};

/// The keys of a view along its bottom: classes, then the rest; at the right, what was done last and how far one is.
class KeyBar : public QFrame
{
    Q_OBJECT

public:
    explicit KeyBar(QWidget* parent = nullptr);

    void setClasses(const ClassStyles& styles);
    /// After the classes; returned for its signals.
    KeyButton* addKey(const QString& key, const QString& text);
    void markClass(const QString& name); ///< empty: none
    void showLast(const QString& text);
    void showStatus(const QString& text);
    [[nodiscard]] QString status() const;

Q_SIGNALS:
    void classClicked(const QString& name);

private:
    QWidget* m_classes;
    QWidget* m_keys;
    QLabel* m_last;
    QLabel* m_status;
    QHash<QString, KeyButton*> m_buttons;
};

} // namespace ir::ui
