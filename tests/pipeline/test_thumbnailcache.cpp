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
        qint64 bytes = 0;
        for (const QString& file : cachedFiles(dir.path()))
            bytes += QFileInfo(file).size();
        QVERIFY(bytes > 0);
        QVERIFY(bytes <= qint64(limit));
        QVERIFY(cache.get({u"19"_s, 1, 1}));
        QVERIFY(!cache.get({u"0"_s, 1, 1}));
    }
};

QTEST_GUILESS_MAIN(TestThumbnailCache)
#include "test_thumbnailcache.moc"
