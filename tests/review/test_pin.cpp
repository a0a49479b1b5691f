#include "review/pin.h"

#include <QtTest>

class TestPin : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aHashOfTheReferenceImplementationIsUnderstood()
    {
        // The Argon2 authors' own test (phc-winner-argon2, test.c): Argon2id, 64 MiB, two passes.
        const std::string hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$"
                                 "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        QVERIFY(ir::isPinOf("password", hash));
        QVERIFY(!ir::isPinOf("passwore", hash));
    }

    void aPinIsKnownAgainAndNothingElseIs()
    {
        const auto hash = ir::hashOfPin("2468");
        QVERIFY(hash);
        QVERIFY(hash->starts_with("$argon2id$v=19$m=65536,t=2,p=1$"));
        QVERIFY(hash->find("2468") == std::string::npos);
        QVERIFY(ir::isPinOf("2468", *hash));
        for (const char* other : {"2469", "246", "24680", ""})
            QVERIFY2(!ir::isPinOf(other, *hash), other);
        QVERIFY(*ir::hashOfPin("2468") != *hash); // another salt
    }

    void anythingThatIsNoHashFitsNoPin()
    {
        for (const std::string& hash : {std::string(), std::string("2468"),
                                        std::string("$argon2id$"), std::string(5000, '$')})
            QVERIFY(!ir::isPinOf("2468", hash));
    }

    void aPinHasALimit()
    {
        QVERIFY(ir::hashOfPin(std::string(ir::longestPin, '1')));
        const auto hash = ir::hashOfPin(std::string(ir::longestPin + 1, '1'));
        QVERIFY(!hash);
        QVERIFY(hash.error().message.starts_with("A PIN has at most 128"));
    }
};

QTEST_GUILESS_MAIN(TestPin)
#include "test_pin.moc"
