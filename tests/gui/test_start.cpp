// What the window's program says in a terminal.

#include <QProcess>
#include <QtTest>

using namespace Qt::StringLiterals;

class TestStart : public QObject
{
    Q_OBJECT

    struct Run
    {
        int code = -1;
        QByteArray out;
        QByteArray err;
    };

    static Run start(const QStringList& arguments, const QString& platform = {})
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const QString& variable : {u"DISPLAY"_s, u"WAYLAND_DISPLAY"_s, u"QT_QPA_PLATFORM"_s})
            environment.remove(variable);
        if (!platform.isEmpty())
            environment.insert(u"QT_QPA_PLATFORM"_s, platform);
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(IR_GUI), arguments);
        if (!process.waitForFinished(60'000) || process.exitStatus() != QProcess::NormalExit)
            return {};
        return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
    }

private Q_SLOTS:
    void helpNeedsNoDisplay()
    {
        const Run help = start({u"--help"_s});
        QCOMPARE(help.code, 0);
        QVERIFY(help.out.contains("--catalog"));
        QCOMPARE(start({u"--version"_s}).code, 0);
    }

    void withoutADisplayItSaysWhatToUse()
    {
        const Run run = start({});
        QCOMPARE(run.code, 3);
        QVERIFY2(run.err.contains("imaging-router-cli"), run.err.constData());
        QCOMPARE(run.err.count('\n'), 1);
    }

    void anUnknownThemeIsWrongUse()
    {
        const Run run = start({u"--theme"_s, u"purple"_s}, u"offscreen"_s);
        QCOMPARE(run.code, 2);
        QVERIFY2(run.err.contains("purple"), run.err.constData());
    }
};

QTEST_GUILESS_MAIN(TestStart)
#include "test_start.moc"
