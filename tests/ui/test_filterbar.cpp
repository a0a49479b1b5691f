#include "browser/filterbar.h"

#include <QComboBox>
#include <QLayout>
#include <QLineEdit>
#include <QSlider>
#include <QToolButton>
#include <QtTest>

using namespace ir::ui;

class TestFilterBar : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // A small screen at 200 %: what has a key goes first, nothing is cut or covered.
    void aNarrowBarDropsTheSliderRatherThanWords()
    {
        QWidget window;
        window.resize(1200, 100);
        FilterBar bar(&window);
        bar.resize(1200, bar.sizeHint().height());
        window.show();
        const auto* slider = bar.findChild<QSlider*>();
        QVERIFY(slider->isVisible());

        const int least = bar.minimumSizeHint().width();
        QVERIFY(least < bar.layout()->minimumSize().width());
        bar.resize(least, bar.height());
        QVERIFY(!slider->isVisible());
        QCOMPARE(bar.width(), least);
        bar.layout()->activate();
        QVERIFY(bar.findChild<QLineEdit*>(QStringLiteral("searchField"))->width() >= 96);
        QList<QWidget*> shown;
        for (auto* widget : bar.findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
            if (widget->isVisible())
                shown << widget;
        QVERIFY(shown.size() >= 6);
        for (const QWidget* widget : shown) {
            QVERIFY2(qobject_cast<const QLineEdit*>(widget) || widget->width() >= widget->sizeHint().width(),
                     qPrintable(widget->objectName()));
            QVERIFY(bar.rect().contains(widget->geometry()));
            for (const QWidget* other : shown)
                QVERIFY(widget == other || !widget->geometry().intersects(other->geometry()));
        }

        bar.resize(1200, bar.height());
        QVERIFY(slider->isVisible());
    }
};

QTEST_MAIN(TestFilterBar)
#include "test_filterbar.moc"
