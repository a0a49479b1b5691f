// The cache of decoded training images.

#include "nn/preparedimages.h"

#include "base/atomicfile.h"

#include <QTemporaryDir>
#include <QtTest>

#include <atomic>
#include <fstream>

namespace fs = std::filesystem;

using ir::GrayImage;
using ir::PreparedImages;

class TestPreparedImages : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;
    std::vector<fs::path> m_files;
    std::atomic<int> m_decoded = 0;
    std::vector<std::string> m_said;

    fs::path folder(const char* name) const { return m_dir.filePath(QString::fromLatin1(name)).toStdString(); }

    PreparedImages open(const PreparedImages::Options& options, std::stop_token stop = {})
    {
        m_decoded = 0;
        m_said.clear();
        return PreparedImages::open(
            m_files, options,
            [this](const fs::path& path) -> ir::Result<GrayImage> {
                ++m_decoded;
                const std::string text = ir::readFile(path).value_or("");
                if (text.empty())
                    return ir::failure("Cannot read " + path.string() + ".");
                return GrayImage(static_cast<int>(text.size()), 3, static_cast<std::uint8_t>(text[0]));
            },
            [this](std::string sentence) { m_said.push_back(std::move(sentence)); }, stop);
    }

    void checkContent(const PreparedImages& prepared)
    {
        QCOMPARE(prepared.size(), std::size_t{3});
        QCOMPARE(prepared.problem(0), std::string());
        QVERIFY(prepared.image(0) == GrayImage(4, 3, 'a'));
        QVERIFY(prepared.problem(1).find("Cannot read") == 0);
        QVERIFY(prepared.image(1).empty());
        QVERIFY(prepared.image(2) == GrayImage(2, 3, 'c'));
    }

    static std::vector<fs::path> cachesIn(const fs::path& folder)
    {
        std::vector<fs::path> found;
        for (const auto& entry : fs::directory_iterator(folder))
            found.push_back(entry.path());
        return found;
    }

private Q_SLOTS:
    void init()
    {
        m_files.clear();
        for (const auto& [name, text] : {std::pair{"a", "aaaa"}, {"b", ""}, {"c", "cc"}}) {
            m_files.push_back(folder(name));
            QVERIFY(ir::writeFileAtomically(m_files.back(), text));
        }
    }

    void decodesOnce()
    {
        const PreparedImages::Options options{.folder = folder("once"), .preparation = "p", .threads = 2};
        checkContent(open(options));
        QCOMPARE(m_decoded.load(), 3);
        checkContent(open(options));
        QCOMPARE(m_decoded.load(), 0);
        QCOMPARE(cachesIn(options.folder).size(), std::size_t{1});
    }

    void decodesAnewWhatChanged()
    {
        PreparedImages::Options options{.folder = folder("anew"), .preparation = "p"};
        checkContent(open(options));
        options.preparation = "q";
        checkContent(open(options));
        QCOMPARE(m_decoded.load(), 3);

        QVERIFY(ir::writeFileAtomically(m_files[0], "xxxxx"));
        const PreparedImages changed = open(options);
        QVERIFY(changed.image(0) == GrayImage(5, 3, 'x'));
    }

    void distrustsADamagedFile_data()
    {
        QTest::addColumn<int>("fromEnd");
        QTest::newRow("the trailer") << 3;
        QTest::newRow("the index") << 50;
        QTest::newRow("a pixel") << 0; // of the front
    }
    void distrustsADamagedFile()
    {
        QFETCH(int, fromEnd);
        const PreparedImages::Options options{.folder = folder("damaged") / QTest::currentDataTag(),
                                               .preparation = "p"};
        checkContent(open(options));
        const fs::path cache = cachesIn(options.folder).front();
        {
            std::fstream file(cache, std::ios::in | std::ios::out | std::ios::binary);
            file.seekp(fromEnd == 0 ? 0 : static_cast<std::streamoff>(fs::file_size(cache)) - fromEnd);
            file.put('!');
        }
        checkContent(open(options));
        QCOMPARE(m_decoded.load(), 3);
        checkContent(open(options));
        QCOMPARE(m_decoded.load(), 0);

        fs::resize_file(cache, fs::file_size(cache) / 2);
        checkContent(open(options));
        QCOMPARE(m_decoded.load(), 3);
    }

    void goesOnInMemoryWithoutAPlace()
    {
        QVERIFY(ir::writeFileAtomically(folder("file"), "in the way"));
        checkContent(open({.folder = folder("file") / "below", .preparation = "p"}));
        QCOMPARE(m_said.size(), std::size_t{1});
        QVERIFY(m_said.front().find("kept in memory") != std::string::npos);

        checkContent(open({.folder = folder("small"), .preparation = "p", .limitBytes = 10}));
        QVERIFY(m_said.front().find("limit") != std::string::npos);
        QVERIFY(cachesIn(folder("small")).empty());

        checkContent(open({}));
        QVERIFY(m_said.empty());
    }

    void keepsTheFolderBounded()
    {
        PreparedImages::Options options{.folder = folder("bounded"), .preparation = "p", .limitBytes = 300};
        for (const char* preparation : {"p", "q", "r", "s"}) {
            options.preparation = preparation;
            checkContent(open(options));
        }
        std::uintmax_t total = 0;
        for (const fs::path& path : cachesIn(options.folder))
            total += fs::file_size(path);
        QVERIFY2(total <= 300, std::to_string(total).c_str());
        open(options); // the newest is still there
        QCOMPARE(m_decoded.load(), 0);
    }

    void stoppingLeavesNothing()
    {
        std::stop_source stop;
        stop.request_stop();
        open({.folder = folder("stopped"), .preparation = "p"}, stop.get_token());
        QVERIFY(cachesIn(folder("stopped")).empty());
    }
};

QTEST_GUILESS_MAIN(TestPreparedImages)
#include "test_preparedimages.moc"
