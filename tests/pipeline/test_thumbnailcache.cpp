#include "dicom/dicomlibrary.h"
#include "pipeline/thumbnailcache.h"

#include "support/dicomfiles.h"

#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace Qt::StringLiterals;

class TestThumbnailCache : public QObject
{
    Q_OBJECT

    ir::DicomLibrary m_library;

    static QStringList cachedFiles(const QString& folder)
    {
        QStringList files;
        for (QDirIterator it(folder, QDir::Files, QDirIterator::Subdirectories); it.hasNext();)
            files << it.next();
        return files;
    }

    static qint64 cachedBytes(const QString& folder)
    {
        qint64 bytes = 0;
        for (const QString& file : cachedFiles(folder))
            bytes += QFileInfo(file).size();
        return bytes;
    }

private Q_SLOTS:
    void aStoredThumbnailNeedsItsFileNoMore()
    {
        QTemporaryDir dir;
        const QString path = dir.filePath(u"IM1"_s);
        ir::test::writeXray(path, 1);
        ir::ThumbnailCache cache(dir.filePath(u"cache"_s));
        const ir::ThumbnailKey key{path, 1, 2};
        const auto first = cache.get(key);
        QVERIFY(first);
        QCOMPARE(first->size(), (ir::Size{96, 128}));
        QVERIFY(QFile::remove(path));
        QVERIFY(cache.get(key));
        // Another version of the file is another picture.
        QVERIFY(!cache.get({path, 1, 3}));
    }

    void largeImagesAreStoredSmall()
    {
        QTemporaryDir dir;
        ir::ThumbnailCache cache(dir.path());
        cache.put({u"/x"_s, 1, 1}, ir::test::randomImage(1, 1000, 500));
        const auto image = cache.get({u"/x"_s, 1, 1});
        QVERIFY(image);
        QCOMPARE(image->size(), (ir::Size{320, 160}));
    }

    void aDamagedThumbnailIsMadeAgain()
    {
        QTemporaryDir dir;
        const QString path = dir.filePath(u"IM1"_s);
        ir::test::writeXray(path, 1);
        ir::ThumbnailCache cache(dir.filePath(u"cache"_s));
        QVERIFY(cache.get({path, 1, 1}));
        const QStringList files = cachedFiles(dir.filePath(u"cache"_s));
        QCOMPARE(files.size(), 1);
        QFile file(files[0]);
        QVERIFY(file.resize(20));
        QVERIFY(cache.get({path, 1, 1}));
        QVERIFY(file.size() > 20);
    }

    void theOldestGoWhenItGrowsTooLarge()
    {
        QTemporaryDir dir;
        constexpr std::uintmax_t limit = 60'000;
        ir::ThumbnailCache cache(dir.path(), limit);
        for (std::uint32_t i = 0; i < 20; ++i)
            cache.put({QString::number(i), 1, 1}, ir::test::randomImage(i, 320, 320));
        const qint64 bytes = cachedBytes(dir.path());
        QVERIFY(bytes > 0);
        QVERIFY(bytes <= qint64(limit));
        QVERIFY(cache.get({u"19"_s, 1, 1}));
        QVERIFY(!cache.get({u"0"_s, 1, 1}));
    }

    void aSmallerLimitHoldsAtOnceAndALargerOneFromThenOn()
    {
        QTemporaryDir dir;
        ir::ThumbnailCache cache(dir.path());
        for (std::uint32_t i = 0; i < 8; ++i)
            cache.put({QString::number(i), 1, 1}, ir::test::randomImage(i, 320, 320));
        const qint64 all = cachedBytes(dir.path());
        cache.setMaxBytes(std::uintmax_t(all / 2));
        QVERIFY(cachedBytes(dir.path()) <= all / 2);
        QVERIFY(cachedBytes(dir.path()) > 0);
        QVERIFY(cache.get({u"7"_s, 1, 1})); // the newest stay

        cache.setMaxBytes(std::uintmax_t(all) * 4);
        for (std::uint32_t i = 0; i < 16; ++i)
            cache.put({QString::number(i), 1, 2}, ir::test::randomImage(i, 320, 320));
        QVERIFY(cachedBytes(dir.path()) > all);
    }

    void aLimitSetBeforeAnythingIsStoredCountsWhatIsThere()
    {
        QTemporaryDir dir;
        {
            ir::ThumbnailCache cache(dir.path());
            for (std::uint32_t i = 0; i < 8; ++i)
                cache.put({QString::number(i), 1, 1}, ir::test::randomImage(i, 320, 320));
        }
        const qint64 all = cachedBytes(dir.path());
        ir::ThumbnailCache cache(dir.path());
        cache.setMaxBytes(std::uintmax_t(all / 2));
        QVERIFY(cachedBytes(dir.path()) <= all / 2);
    }
};

QTEST_GUILESS_MAIN(TestThumbnailCache)
#include "test_thumbnailcache.moc"
