#include "nn/safetensors.h"

#include "base/atomicfile.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cstring>
#include <numeric>

using ir::Safetensors;

namespace {

/// A file from a header's text and as many zero bytes of tensors.
std::string fileOf(const std::string& header, std::size_t bytes)
{
    const std::uint64_t length = header.size();
    std::string file(sizeof length, '\0');
    std::memcpy(file.data(), &length, sizeof length);
    return file + header + std::string(bytes, '\0');
}

const std::string oneTensor = R"({"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}})";

} // namespace

class TestSafetensors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesWhatItReads()
    {
        QTemporaryDir dir;
        const std::filesystem::path path = dir.filePath(QStringLiteral("w.safetensors")).toStdString();
        std::vector<float> weights(6);
        std::iota(weights.begin(), weights.end(), 0.5F);
        const std::vector<std::int64_t> steps{1LL << 40};
        const std::vector<Safetensors::Entry> entries{
            {"net.weight", Safetensors::Type::F32, {2, 3}, std::as_bytes(std::span(weights))},
            {"steps", Safetensors::Type::I64, {}, std::as_bytes(std::span(steps))},
            {"empty", Safetensors::Type::U8, {0, 4}, {}}};
        QVERIFY(Safetensors::write(path, entries, {{"classes", "[\"spine\"]"}, {"naïve", "µ"}}));

        auto file = Safetensors::read(path);
        QVERIFY2(file.has_value(), file ? "" : file.error().message.c_str());
        Safetensors moved = std::move(*file); // views must survive a move
        QCOMPARE(moved.tensors().size(), std::size_t{3});
        QCOMPARE(moved.metadata().at("classes"), std::string("[\"spine\"]"));
        QCOMPARE(moved.metadata().at("naïve"), std::string("µ"));
        const auto* weight = moved.find("net.weight");
        QVERIFY(weight);
        QCOMPARE(weight->shape, (std::vector<std::int64_t>{2, 3}));
        QVERIFY(std::memcmp(weight->bytes.data(), weights.data(), 24) == 0);
        QVERIFY(moved.find("steps")->shape.empty());
        QCOMPARE(moved.digest().size(), std::size_t{64});
        QVERIFY(!moved.find("absent"));
    }

    void equalContentGivesEqualFiles()
    {
        QTemporaryDir dir;
        const std::filesystem::path a = dir.filePath(QStringLiteral("a")).toStdString();
        const std::filesystem::path b = dir.filePath(QStringLiteral("b")).toStdString();
        const std::vector<float> one{1};
        const std::vector<float> two{2};
        const Safetensors::Entry x{"x", Safetensors::Type::F32, {1}, std::as_bytes(std::span(one))};
        const Safetensors::Entry y{"y", Safetensors::Type::F32, {1}, std::as_bytes(std::span(two))};
        QVERIFY(Safetensors::write(a, {x, y}, {}));
        QVERIFY(Safetensors::write(b, {y, x}, {}));
        QCOMPARE(*ir::readFile(a), *ir::readFile(b));
    }

    void refusesToWriteNonsense()
    {
        QTemporaryDir dir;
        const std::filesystem::path path = dir.filePath(QStringLiteral("w")).toStdString();
        const std::vector<float> one{1};
        const Safetensors::Entry x{"x", Safetensors::Type::F32, {1}, std::as_bytes(std::span(one))};
        Safetensors::Entry wrong = x;
        wrong.shape = {2};
        QVERIFY(!Safetensors::write(path, {x, x}, {}));
        QVERIFY(!Safetensors::write(path, {wrong}, {}));
        QVERIFY(!std::filesystem::exists(path));
    }

    void readsAnAcceptableFile()
    {
        QVERIFY(Safetensors::parse(fileOf(oneTensor, 24), "f"));
        QVERIFY(Safetensors::parse(fileOf(oneTensor + "   ", 24), "f"));
        QVERIFY(Safetensors::parse(fileOf("{}", 0), "f"));
    }

    void refusesHostileFiles_data()
    {
        QTest::addColumn<std::string>("bytes");
        const auto row = [](const char* name, const std::string& bytes) { QTest::newRow(name) << bytes; };
        const auto tensor = [](const char* body, std::size_t bytes) {
            return fileOf("{\"a\":" + std::string(body) + "}", bytes);
        };
        row("empty", "");
        row("seven bytes", "1234567");
        row("header beyond the file", fileOf(oneTensor, 0).substr(0, 20));
        row("header length 2^64-1", std::string(8, '\xFF') + "{}");
        row("header over the cap", std::string("\x01\x00\x00\x01\x00\x00\x00\x00", 8) +
                                       std::string((16U << 20) + 1, ' '));
        row("no JSON", fileOf("certainly not JSON", 0));
        row("JSON cut short", fileOf(oneTensor.substr(0, 30), 24));
        row("an array", fileOf("[]", 0));
        row("not UTF-8", fileOf("{\"\xFF\xFE\":1}", 0));
        row("nested a million deep", fileOf(std::string(1'000'000, '['), 0));
        row("nested objects", fileOf("{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":{\"h\":{\"i\":1}}}}}}}}}", 0));
        row("metadata is no object", fileOf(R"({"__metadata__":[]})", 0));
        row("metadata holds a number", fileOf(R"({"__metadata__":{"a":1}})", 0));
        row("tensor is a number", tensor("1", 4));
        row("no dtype", tensor(R"({"shape":[1],"data_offsets":[0,4]})", 4));
        row("an extra key", tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1})", 4));
        row("unknown dtype", tensor(R"({"dtype":"F12","shape":[1],"data_offsets":[0,4]})", 4));
        row("dtype is a number", tensor(R"({"dtype":32,"shape":[1],"data_offsets":[0,4]})", 4));
        row("negative side", tensor(R"({"dtype":"F32","shape":[-1],"data_offsets":[0,4]})", 4));
        row("fractional side", tensor(R"({"dtype":"F32","shape":[1.5],"data_offsets":[0,4]})", 4));
        row("shape is text", tensor(R"({"dtype":"F32","shape":"1","data_offsets":[0,4]})", 4));
        row("sides overflow 64 bits",
            tensor(R"({"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,4]})", 4));
        row("product times four overflows",
            tensor(R"({"dtype":"F32","shape":[2147483647,2147483647,2],"data_offsets":[0,4]})", 4));
        row("twenty axes",
            tensor(R"({"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]})", 4));
        row("one offset", tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[0]})", 4));
        row("offsets turned round", tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[4,0]})", 4));
        row("negative offset", tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[-4,0]})", 4));
        row("offsets beyond the file", tensor(R"({"dtype":"F32","shape":[2],"data_offsets":[0,8]})", 4));
        row("offset 2^64-1",
            tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[18446744073709551612,18446744073709551615]})", 4));
        row("too few bytes for the shape", tensor(R"({"dtype":"F32","shape":[2],"data_offsets":[0,4]})", 4));
        row("bytes of no tensor", fileOf(oneTensor, 25));
        row("a gap at the start", tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[4,8]})", 8));
        row("overlap", fileOf(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                              R"("b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
                              12));
        row("the same name twice", fileOf(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                                          R"("a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
                                          8));
    }
    void refusesHostileFiles()
    {
        QFETCH(std::string, bytes);
        const auto file = Safetensors::parse(bytes, "bad.safetensors");
        QVERIFY(!file);
        QVERIFY2(file.error().message.find("bad.safetensors") != std::string::npos,
                 file.error().message.c_str());
    }

    void survivesEveryCutAndFlippedByte()
    {
        const std::string whole = fileOf(oneTensor, 24);
        for (std::size_t length = 0; length < whole.size(); ++length)
            QVERIFY(!Safetensors::parse(whole.substr(0, length), "f"));
        for (std::size_t i = 0; i < whole.size() - 24; ++i)
            for (const int bit : {0, 3, 7}) {
                std::string flipped = whole;
                flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
                const auto file = Safetensors::parse(flipped, "f");
                if (file && !file->tensors().empty())
                    QCOMPARE(file->tensors().begin()->second.bytes.size(), std::size_t{24});
            }
    }

    void countsElementsWithoutOverflow()
    {
        using Shape = std::vector<std::int64_t>;
        QCOMPARE(ir::elementCount(Shape{}), std::int64_t{1});
        QCOMPARE(ir::elementCount(Shape{2, 0, 5}), std::int64_t{0});
        QCOMPARE(ir::elementCount(Shape{1LL << 40, 1LL << 40}), std::int64_t{-1});
        QCOMPARE(ir::elementCount(Shape{-2, -2}), std::int64_t{-1});
    }
};

QTEST_APPLESS_MAIN(TestSafetensors)
#include "test_safetensors.moc"
