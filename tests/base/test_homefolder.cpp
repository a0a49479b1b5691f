#include "base/homefolder.h"

#include <QtTest>

#include <pwd.h>
#include <unistd.h>

class TestHomeFolder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutHomeItIsTheUsersOwn()
    {
        const passwd* user = ::getpwuid(::geteuid());
        if (!user)
            QSKIP("this user is in no user database");
        for (const char* unset : {"", static_cast<const char*>(nullptr)}) {
            if (unset)
                qputenv("HOME", unset);
            else
                qunsetenv("HOME");
            ir::setHomeIfMissing();
            QCOMPARE(qgetenv("HOME"), QByteArray(user->pw_dir));
            QCOMPARE(QDir::homePath(), QFile::decodeName(user->pw_dir));
        }
    }

    void aHomeOfOnesOwnStays()
    {
        qputenv("HOME", "/somewhere/else");
        ir::setHomeIfMissing();
        QCOMPARE(qgetenv("HOME"), QByteArray("/somewhere/else"));
    }
};

QTEST_GUILESS_MAIN(TestHomeFolder)
#include "test_homefolder.moc"
