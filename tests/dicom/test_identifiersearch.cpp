#include "deidentifytest.h"

#include <set>

using namespace std::string_literals;
using namespace ir::test;

/// Finding identifiers in bytes.
class TestIdentifierSearch : public QObject, DeidentifyTest
{
    Q_OBJECT

private Q_SLOTS:
    void theSearchKnowsEncodingsCaseAndWords()
    {
        ir::IdentifierSearch search;
        const auto name = search.add({ir::IdentifierKind::Name, 0x00100010, "Müller-Ölz", {}});
        const auto date = search.add({ir::IdentifierKind::Date, 0x00100030, "19530607", {}});
        const auto word = search.add({ir::IdentifierKind::Name, 0x00100010, "Lee", {}});
        const auto uid = search.add({ir::IdentifierKind::Uid, 0x00080018, "1.2.3.44", {}});
        QCOMPARE(search.add({ir::IdentifierKind::Name, 0x00100010, "Lee", {}}), word);
        const auto hits = [&](const std::string& bytes) {
            std::set<std::size_t> found;
            for (const auto& hit : search.find(bytes))
                found.insert(hit.identifier);
            return found;
        };
        using Found = std::set<std::size_t>;
        QCOMPARE(hits("..MüLLER-ÖLZ.."), (Found{name}));
        QCOMPARE(hits("M\xFCller-\xD6lz"), (Found{name}));
        QCOMPARE(hits("M\0\xFC\0l\0l\0e\0r\0-\0\xD6\0l\0z\0"s), (Found{name}));
        QCOMPARE(hits("\0m\0\xFC\0l\0l\0e\0r\0-\0\xD6\0l\0z"s), (Found{name}));
        for (const char* way :
             {"born 19530607", "1953-06-07", "07.06.1953", "06/07/1953", "19530607101112.5"})
            QCOMPARE(hits(way), (Found{date}));
        QCOMPARE(hits("2.25.119530607"), Found{});
        QCOMPARE(hits("Dr Lee."), (Found{word}));
        QCOMPARE(hits("SLEEP FLEECE"), Found{});
        const auto number = search.add({ir::IdentifierKind::Number, 0x00100020, "471108", {}});
        QCOMPARE(hits("ID471108"), (Found{number}));
        QCOMPARE(hits("2.25.94711080"), Found{});
        QCOMPARE(hits("1.2.3.44"), (Found{uid}));
        QCOMPARE(hits("1.2.3.44\0"s), (Found{uid}));
        QCOMPARE(hits("1.2.3.445 1.2.3.44.5 11.2.3.44"), Found{});
    }

    void aWordAtTheEdgeOfItsValueIsFound()
    {
        // The next element's tag begins with '2' (group 0x0032), which raw bytes take for a part of
        // the word.
        DicomBytes bytes = planted();
        const std::string file =
            joined(bytes.text(0x00200060, "CS", "Leeb").text(0x00321060, "LO", "x"), pixelGroups())
                .file();
        ir::IdentifierSearch search;
        search.add({ir::IdentifierKind::Name, 0x00100010, "Leeb", {}});
        QVERIFY(search.find(file).empty());
        QCOMPARE(ir::identifiersIn(tree(file), search).size(), std::size_t(1));
    }
};

QTEST_GUILESS_MAIN(TestIdentifierSearch)
#include "test_identifiersearch.moc"
