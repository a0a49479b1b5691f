#include "review/picturestore.h"

#include <QSemaphore>
#include <QtTest>

using namespace ir;
using namespace ir::ui;

class TestPictureStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anImageStillLoadingForAnotherAreaIsLoadedAnew()
    {
        QSemaphore mayLoad;
        PictureStore store([&](const QString&, int) -> Result<GrayImage> {
            mayLoad.acquire();
            return GrayImage(400, 400);
        });
        const QVector<PictureStore::Wish> wishes{{1, QStringLiteral("/a/one.dcm")}};
        store.setArea({2, 2}); // a window that has no size yet
        store.want(wishes);
        store.setArea({200, 100});
        store.want(wishes);
        store.want(wishes); // not a third time
        mayLoad.release(3);
        QTRY_VERIFY(store.find(1) && store.find(1)->image.height() == 100);
        QTest::qWait(50);
        QCOMPARE(store.find(1)->image.height(), 100);
        QCOMPARE(mayLoad.available(), 1);
    }

    void whatCannotBeLoadedSaysWhy()
    {
        PictureStore store([](const QString&, int) -> Result<GrayImage> { return failure("It is broken."); });
        store.setArea({50, 50});
        store.want({{1, QStringLiteral("/a/one.dcm")}, {2, {}}});
        QTRY_VERIFY(store.find(1) && store.find(2));
        QVERIFY(store.find(1)->image.isNull());
        QCOMPARE(store.find(1)->reason, QStringLiteral("It is broken."));
        QVERIFY(store.find(2)->reason.contains(QStringLiteral("no file")));
    }
};

QTEST_MAIN(TestPictureStore)
#include "test_picturestore.moc"
