#pragma once

#include "style/classstyle.h"

#include <QFrame>
#include <QPointer>
#include <QVector>



namespace ir::ui {

/// A sheet over the window that lists the keys of the present view; any key or click closes it.
class KeyOverlay : public QFrame
{
    Q_OBJECT

public:
    struct Entry
    {
        QString keys;
        QString what;
    };
    struct Group
    {
        QString title;
        QVector<Entry> entries;
    };

    explicit KeyOverlay(QWidget* parent);

    void showKeys(const QVector<Group>& groups);

    /// What the grid and the large view understand, beside what the menus say.
    [[nodiscard]] static QVector<Group> browserKeys(const ClassStyles& styles);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void dismiss();
    void placeInParent();

    QWidget* m_body = nullptr;
    QPointer<QWidget> m_focusBefore;
};

} // namespace ir::ui
