#include "catalogbuilder.h"
#include "catalogplaces.h"
#include "rawdatabase.h"

using namespace ir;
using namespace ir::test;

/// Who labels, and their PINs.
class TestReaders : public QObject
{
    Q_OBJECT

    CatalogPlaces m_places;
    QString m_path;

    QString path() const { return m_path; }

    static std::string errorOf(const Result<void>& done)
    {
        return done ? std::string() : done.error().message;
    }

private Q_SLOTS:
    void initTestCase_data() { CatalogPlaces::addDatabases(); }

    void init() { IR_FRESH_PLACE(m_places, m_path); }

    void readersAreThoseWhoSignedInOrLabelled()
    {
        auto catalog = Catalog::open(path()).value();
        QVERIFY(catalog->readers()->isEmpty());
        QVERIFY(catalog->addReader(QStringLiteral("Zoë")));
        QVERIFY(catalog->addReader(QStringLiteral("Zoë"))); // known already
        const auto images = fill(*catalog, 1);
        IR_ANSWER(answer, catalog,
                  setLabel(images, QStringLiteral("spine"), QStringLiteral("Ann")));
        const auto readers = catalog->readers().value();
        QCOMPARE(readers.size(), 2);
        QCOMPARE(readers[0].name, QStringLiteral("Ann"));
        QCOMPARE(readers[1].name, QStringLiteral("Zoë"));
        QVERIFY(!readers[0].hasPin && !readers[1].hasPin);
    }

    void namesThatWouldBeMixedUpAreRefused()
    {
        auto catalog = Catalog::open(path()).value();
        QVERIFY(catalog->addReader(QStringLiteral("Åse")));
        QCOMPARE(errorOf(catalog->addReader(QStringLiteral("åSE"))),
                 std::string("There is a reader named Åse already: sign in as that one, or add "
                             "something to the name."));
        for (const char* name : {"", " Ann", "Ann ", "A\nnn", "A  nn", "A\x01nn"})
            QVERIFY2(!catalog->addReader(QString::fromLatin1(name)), name);
        QVERIFY(!catalog->addReader(QString(101, u'a')));
        QVERIFY(catalog->addReader(QString(100, u'a')));
        QCOMPARE(catalog->readers()->size(), 2);
    }

    void aPinIsNeededOnceItIsSet()
    {
        const QString ann = QStringLiteral("Ann");
        const std::string wrong = "This is not the PIN of Ann: try again.";
        {
            auto catalog = Catalog::open(path()).value();
            QVERIFY(catalog->addReader(ann));
            QVERIFY(catalog->addReader(QStringLiteral("Bob")));
            QVERIFY(catalog->checkPin(ann, {})); // none is set
            QVERIFY(catalog->setPin(ann, {}, QStringLiteral("2468")));
        }
        auto catalog = Catalog::open(path()).value();
        QVERIFY(catalog->readers()->at(0).hasPin && !catalog->readers()->at(1).hasPin);
        QVERIFY(catalog->checkPin(ann, QStringLiteral("2468")));
        QCOMPARE(errorOf(catalog->checkPin(ann, QStringLiteral("8642"))), wrong);
        QCOMPARE(errorOf(catalog->checkPin(ann, {})), wrong);
        // Changing and taking away need it.
        QCOMPARE(errorOf(catalog->setPin(ann, QStringLiteral("1"), QStringLiteral("1357"))), wrong);
        QCOMPARE(errorOf(catalog->setPin(ann, {}, {})), wrong);
        QVERIFY(catalog->setPin(ann, QStringLiteral("2468"), QStringLiteral("1357")));
        QCOMPARE(errorOf(catalog->checkPin(ann, QStringLiteral("2468"))), wrong);
        QVERIFY(catalog->setPin(ann, QStringLiteral("1357"), {}));
        QVERIFY(!catalog->readers()->at(0).hasPin);
        QVERIFY(catalog->checkPin(ann, {}));
    }

    void aForgottenPinCanBeTakenAway()
    {
        auto catalog = Catalog::open(path()).value();
        QVERIFY(catalog->addReader(QStringLiteral("Ann")));
        QVERIFY(catalog->setPin(QStringLiteral("Ann"), {}, QStringLiteral("2468")));
        QVERIFY(catalog->forgetPin(QStringLiteral("Ann")));
        QVERIFY(catalog->forgetPin(QStringLiteral("Ann"))); // gone already
        QVERIFY(catalog->checkPin(QStringLiteral("Ann"), {}));
    }

    void pinsTooShortOrOfStrangersAreRefused()
    {
        auto catalog = Catalog::open(path()).value();
        QVERIFY(catalog->addReader(QStringLiteral("Ann")));
        QCOMPARE(errorOf(catalog->setPin(QStringLiteral("Ann"), {}, QStringLiteral("123"))),
                 std::string("A PIN needs at least 4 characters."));
        QVERIFY(!catalog->setPin(QStringLiteral("Ann"), {}, QString(129, u'1')));
        QVERIFY(!catalog->readers()->at(0).hasPin);
        const std::string stranger =
            "Eve is no reader of this catalog: choose a name of its list, or add this one.";
        QCOMPARE(errorOf(catalog->checkPin(QStringLiteral("Eve"), {})), stranger);
        QCOMPARE(errorOf(catalog->setPin(QStringLiteral("Eve"), {}, QStringLiteral("2468"))),
                 stranger);
        QCOMPARE(errorOf(catalog->forgetPin(QStringLiteral("Eve"))), stranger);
    }

    void theSameLettersOfAnotherKeyboardAreTheSamePin()
    {
        auto catalog = Catalog::open(path()).value();
        const QString ann = QStringLiteral("Ann");
        QVERIFY(catalog->addReader(ann));
        QVERIFY(catalog->setPin(ann, {}, QString::fromUtf8("sp\xC3\xA4t"))); // composed
        QVERIFY(catalog->checkPin(ann, QString::fromUtf8("spa\xCC\x88t")));  // decomposed
        QVERIFY(!catalog->checkPin(ann, QStringLiteral("spat")));
    }

    void theDatabaseHoldsHashesAlone()
    {
        {
            auto catalog = Catalog::open(path()).value();
            QVERIFY(catalog->addReader(QStringLiteral("Ann")));
            QVERIFY(catalog->setPin(QStringLiteral("Ann"), {}, QStringLiteral("quarz-2468")));
        }
        RawDatabase raw(path());
        QVERIFY(raw.value(QStringLiteral("SELECT hash FROM reader_pin"))
                    .toString()
                    .startsWith(QStringLiteral("$argon2id$")));
        if (CatalogPlaces::isPostgreSql())
            return;
        QFile file(path());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains("quarz-2468"));
    }

    void aCatalogOfVersion2IsBroughtUpToDate()
    {
        {
            auto catalog = Catalog::open(path()).value();
            QVERIFY(catalog->addReader(QStringLiteral("Ann")));
        }
        {
            RawDatabase raw(path()); // what version 2 had
            QCOMPARE(raw.goBackTo(2), QString());
        }
        auto catalog = Catalog::open(path()).value();
        QCOMPARE(catalog->readers()->size(), 1);
        QVERIFY(catalog->setPin(QStringLiteral("Ann"), {}, QStringLiteral("2468")));
    }
};

QTEST_GUILESS_MAIN(TestReaders)
#include "test_readers.moc"
