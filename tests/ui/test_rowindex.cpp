#include "browser/rowindex.h"
#include "ui/summaries.h"

#include <QRandomGenerator>
#include <QtTest>

using namespace ir;
using namespace ir::ui;
using namespace ir::test;

namespace {

QStringList classList()
{
    return {QStringLiteral("abdominal"), QStringLiteral("adult_chest"), QStringLiteral("spine")};
}

/// The numbers of the files whose label changed.
std::vector<int> label(RowIndex& index, ImageId image, const QString& name)
{
    std::vector<int> changed;
    index.setLabel(image, name, changed);
    return changed;
}

/// Names of the rows shown, e.g. "a b c".
QString shown(const RowIndex& index)
{
    QStringList names;
    for (int row = 0; row < index.rowCount(); ++row) {
        const QString path = index.file(index.fileAt(row)).path;
        names.append(path.mid(path.lastIndexOf(u'/') + 1));
    }
    return names.join(u' ');
}

/// One row of each kind: a and b guesses, r needs review, k confirmed, x corrected, u unreadable, p pending.
RowIndex oneOfEach()
{
    const QString chest = QStringLiteral("adult_chest");
    RowIndex index;
    index.setClasses(classList());
    auto a = tagged(1, QStringLiteral("/t/one/a"), chest, 0.9F);
    a.sopInstanceUid = QStringLiteral("1.2.840.77");
    a.bodyPartExamined = QStringLiteral("THORAX");
    a.modality = QStringLiteral("DX");
    a.studyDate = QStringLiteral("20240102");
    auto b = tagged(2, QStringLiteral("/t/two/b"), QStringLiteral("spine"), 0.7F);
    b.studyDate = QStringLiteral("20190102");
    index.put(a);
    index.put(b);
    index.put(tagged(3, QStringLiteral("/t/one/r"), chest, 0.4F, true));
    index.put(labelled(tagged(4, QStringLiteral("/t/twofold/k"), chest, 0.8F), chest));
    index.put(labelled(tagged(5, QStringLiteral("/t/one/x"), chest, 0.6F), QStringLiteral("spine")));
    index.put(unreadable(6, QStringLiteral("/t/one/u"), QStringLiteral("cut short")));
    index.put(pending(7, QStringLiteral("/t/one/p")));
    index.refresh();
    return index;
}

RowFilter filterOf(RowStates states, const QStringList& classes = {})
{
    RowFilter filter;
    filter.states = states;
    filter.classes = classes;
    return filter;
}

} // namespace

class TestRowIndex : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pathsSortByFolderThenNameWithNumbersByValue()
    {
        RowIndex index;
        FileId id = 0;
        for (const char* path : {"/a/img10", "/a/b/img1", "/a/IMG9", "/a/c/z", "/a/img007", "/a/d", "/B/q"})
            index.put(pending(++id, QString::fromLatin1(path)));
        index.refresh();
        QCOMPARE(shown(index), QStringLiteral("d img007 IMG9 img10 img1 z q"));
        index.setOrder({RowSort::Path, true, RowGrouping::None});
        index.refresh();
        QCOMPARE(shown(index), QStringLiteral("q z img1 img10 IMG9 img007 d"));
    }

    void filters_data()
    {
        QTest::addColumn<QStringList>("classes");
        QTest::addColumn<int>("states");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("folder");
        QTest::addColumn<float>("minimum");
        QTest::addColumn<float>("maximum");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const QStringList& classes, int states, const char* text,
                            const char* folder, float minimum, float maximum, const char* expected) {
            QTest::newRow(name) << classes << states << QString::fromLatin1(text)
                                << QString::fromLatin1(folder) << minimum << maximum
                                << QString::fromLatin1(expected);
        };
        const auto bit = [](RowState state) { return static_cast<int>(stateBit(state)); };
        const QStringList spine{QStringLiteral("spine")};
        row("nothing", {}, 0, "", "", 0, 1, "a p r u x b k");
        row("class a person gave", spine, 0, "", "", 0, 1, "x b");
        row("class nobody has", {QStringLiteral("abdominal")}, 0, "", "", 0, 1, "");
        row("class unknown", {QStringLiteral("knee")}, 0, "", "", 0, 1, "");
        row("unreviewed has those to review", {}, bit(RowState::Unreviewed), "", "", 0, 1, "a r b");
        row("needs review", {}, bit(RowState::NeedsReview), "", "", 0, 1, "r");
        row("confirmed", {}, bit(RowState::Confirmed), "", "", 0, 1, "k");
        row("corrected", {}, bit(RowState::Corrected), "", "", 0, 1, "x");
        row("unreadable or pending", {}, bit(RowState::Unreadable) | bit(RowState::Pending), "", "", 0, 1,
            "p u");
        row("confidence", {}, 0, "", "", 0.65F, 0.85F, "b k");
        row("any confidence but unclassified ones", {}, 0, "", "", 0.01F, 1, "a r x b k");
        row("uid", {}, 0, "840.77", "", 0, 1, "a");
        row("words of several fields", {}, 0, "thorax ONE dx", "", 0, 1, "a");
        row("words must all be there", {}, 0, "thorax two", "", 0, 1, "");
        row("words do not run over fields", {}, 0, "thoraxdx", "", 0, 1, "");
        row("folder is not a prefix of names", {}, 0, "", "/t/two", 0, 1, "b");
        row("folder with a slash", {}, 0, "", "/t/two/", 0, 1, "b");
        row("root folder", {}, 0, "", "/", 0, 1, "a p r u x b k");
        row("all at once", spine, bit(RowState::Corrected), "x", "/t/one", 0.5F, 0.7F, "x");
    }

    void filters()
    {
        QFETCH(const QStringList, classes);
        QFETCH(const int, states);
        QFETCH(const QString, text);
        QFETCH(const QString, folder);
        QFETCH(const float, minimum);
        QFETCH(const float, maximum);
        QFETCH(const QString, expected);
        RowIndex index = oneOfEach();
        index.setFilter({classes, static_cast<RowStates>(states), minimum, maximum, text, folder});
        index.refresh();
        QCOMPARE(shown(index), expected);
    }

    void sorts()
    {
        RowIndex index = oneOfEach();
        const auto sorted = [&index](RowSort sort, bool descending) {
            index.setOrder({sort, descending, RowGrouping::None});
            index.refresh();
            return shown(index);
        };
        QCOMPARE(sorted(RowSort::Confidence, false), QStringLiteral("r x b k a p u"));
        QCOMPARE(sorted(RowSort::Confidence, true), QStringLiteral("a k b x r p u"));
        QCOMPARE(sorted(RowSort::Class, false), QStringLiteral("a r k x b p u"));
        QCOMPARE(sorted(RowSort::Date, false), QStringLiteral("b a p r u x k"));
        QCOMPARE(sorted(RowSort::Date, true), QStringLiteral("a b p r u x k"));
    }

    void groupsByClassAndFolder()
    {
        RowIndex index = oneOfEach();
        QCOMPARE(index.groups().size(), 1U);
        index.setOrder({RowSort::Path, false, RowGrouping::Class});
        index.refresh();
        const auto text = [&index] {
            QStringList parts;
            for (const RowGroup& group : index.groups())
                parts.append(QStringLiteral("%1:%2+%3").arg(group.name).arg(group.first).arg(group.count));
            return parts.join(u' ');
        };
        QCOMPARE(text(), QStringLiteral("adult_chest:0+3 spine:3+2 :5+2"));
        index.setOrder({RowSort::Confidence, false, RowGrouping::Folder});
        index.refresh();
        QCOMPARE(text(), QStringLiteral("/t/one:0+5 /t/two:5+1 /t/twofold:6+1"));
        QCOMPARE(shown(index), QStringLiteral("r x a p u b k"));

        const int late = index.put(pending(8, QStringLiteral("/t/one/late")));
        index.reveal(index.hiddenMatches({late}));
        QCOMPARE(text(), QStringLiteral("/t/one:0+5 /t/two:5+1 /t/twofold:6+1 :7+1"));
        QVERIFY(index.groups().back().isTail);
        index.refresh();
        QCOMPARE(text(), QStringLiteral("/t/one:0+6 /t/two:6+1 /t/twofold:7+1"));
    }

    void whatTheFilterWouldHideStaysUntilItIsTouched()
    {
        RowIndex index = oneOfEach();
        index.setFilter(filterOf(0, {QStringLiteral("adult_chest")}));
        index.refresh();
        QCOMPARE(shown(index), QStringLiteral("a r k"));
        QVERIFY(!index.isStale());
        const std::vector<int> changed = label(index, 1'000'003, QStringLiteral("spine"));
        QCOMPARE(changed.size(), 1U);
        QCOMPARE(shown(index), QStringLiteral("a r k"));
        QVERIFY(!index.matches(index.fileAt(1)));
        QVERIFY(index.isStale());
        label(index, 1'000'003, QString());
        QVERIFY(index.matches(index.fileAt(1)));
        label(index, 1'000'003, QStringLiteral("spine"));
        index.refresh();
        QCOMPARE(shown(index), QStringLiteral("a k"));
        QVERIFY(!index.isStale());
    }

    void whatBeginsToMatchIsAppended()
    {
        RowIndex index = oneOfEach();
        index.setFilter(filterOf(0, {QStringLiteral("spine")}));
        index.refresh();
        QCOMPARE(shown(index), QStringLiteral("x b"));
        const std::vector<int> changed = label(index, 1'000'001, QStringLiteral("spine"));
        std::vector<int> twice = changed;
        twice.insert(twice.end(), changed.begin(), changed.end());
        QCOMPARE(index.hiddenMatches(twice), changed);
        index.reveal(changed);
        QCOMPARE(shown(index), QStringLiteral("x b a"));
        QVERIFY(index.hiddenMatches(twice).empty());
        QCOMPARE(index.rowOf(index.fileById(1)), 2);
        index.refresh();
        QCOMPARE(shown(index), QStringLiteral("a x b"));
    }

    void oneImageInTwoFilesIsLabelledInBoth()
    {
        RowIndex index;
        index.setClasses(classList());
        auto first = tagged(1, QStringLiteral("/t/1"), QStringLiteral("spine"), 0.5F);
        auto second = tagged(2, QStringLiteral("/t/2"), QStringLiteral("spine"), 0.5F);
        second.imageId = first.imageId;
        index.put(first);
        index.put(second);
        QCOMPARE(label(index, first.imageId, QStringLiteral("adult_chest")).size(), 2U);
        QCOMPARE(index.countOf(QStringLiteral("adult_chest")), 2);
        QVERIFY(label(index, 0, QStringLiteral("spine")).empty());
        // The file changed on the disk: it is another image now.
        second.imageId = 77;
        index.put(second);
        QCOMPARE(index.filesOfImage(first.imageId), std::vector<int>{0});
        QCOMPARE(index.filesOfImage(77), std::vector<int>{1});
        first.imageId = 77;
        index.put(first);
        QVERIFY(index.filesOfImage(1'000'001).empty());
        QCOMPARE(index.filesOfImage(77).size(), 2U);
    }

    void countsStayRightOverAnyChanges()
    {
        QRandomGenerator random(5);
        RowIndex index;
        index.setClasses(classList());
        QStringList names = classList();
        names << QStringLiteral("knee") << QString();
        for (int step = 0; step < 3000; ++step) {
            const FileId id = random.bounded(200) + 1;
            auto file = tagged(id, QStringLiteral("/t/%1").arg(id), names[random.bounded(5)], 0.5F,
                               random.bounded(3) == 0);
            file.label = names[random.bounded(5)];
            file.status = static_cast<FileStatus>(random.bounded(3));
            if (random.bounded(2) == 0)
                index.put(file);
            else
                label(index, file.imageId, names[random.bounded(5)]);
            if (step == 1500)
                index.setClasses({QStringLiteral("spine"), QStringLiteral("knee")});
        }
        std::array<int, kRowStates> states{};
        QHash<QString, int> classes;
        for (int i = 0; i < index.fileCount(); ++i) {
            for (unsigned s = 0; s < kRowStates; ++s)
                states[s] += (statesOf(index.file(i)) >> s) & 1;
            ++classes[index.file(i).finalClass()];
        }
        for (unsigned s = 0; s < kRowStates; ++s)
            QCOMPARE(index.countOf(static_cast<RowState>(s)), states[s]);
        names.removeAll(QString());
        for (const QString& name : std::as_const(names))
            QCOMPARE(index.countOf(name), classes.value(name));
        QCOMPARE(index.classifiedCount(), index.fileCount() - classes.value(QString()));
        QVERIFY(index.fileCount() > 100);
    }

    void aHundredThousandRows()
    {
        const QVector<FileSummary> files = manyFiles(100'000);
        RowIndex index;
        for (const FileSummary& file : files)
            index.put(file);
        index.refresh();
        QCOMPARE(index.rowCount(), 100'000);
        QCOMPARE(index.file(index.fileAt(99'999)).id, 100'000);
        RowFilter filter;
        filter.text = QStringLiteral("/99999.dcm");
        QElapsedTimer timer;
        timer.start();
        index.setFilter(filter);
        index.refresh();
        qInfo("text filter on: %lld ms", timer.restart());
        QCOMPARE(index.rowCount(), 1);
        index.setFilter({});
        index.refresh();
        qInfo("filter off: %lld ms", timer.restart());
        QCOMPARE(index.rowCount(), 100'000);
        index.setOrder({RowSort::Confidence, false, RowGrouping::Class});
        index.refresh();
        qInfo("sort and group: %lld ms", timer.restart());
        QCOMPARE(index.groups().size(), 5U);
        for (int row = 1; row < 20'000; ++row)
            QVERIFY(index.file(index.fileAt(row - 1)).confidence <= index.file(index.fileAt(row)).confidence);
    }
};

QTEST_GUILESS_MAIN(TestRowIndex)
#include "test_rowindex.moc"
