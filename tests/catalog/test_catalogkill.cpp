#include "catalogbuilder.h"
#include "catalogplaces.h"
#include "rawdatabase.h"

#include <QCoreApplication>
#include <QProcess>
#include <QRandomGenerator>

#include <cstdio>

using namespace ir;
using namespace ir::test;

namespace {

constexpr int imageCount = 50;

/// The child: sets label after label and prints each one it was told is stored, until it is killed.
int labelForEver(QCoreApplication& app, const QString& path)
{
    auto catalog = Catalog::open(path);
    if (!catalog)
        return 1;
    const auto files = (*catalog)->files({});
    int next = 0;
    const auto labelNext = [&] {
        const ImageId image = files->at(next % imageCount).imageId;
        (*catalog)->setLabel({image}, QStringLiteral("label-%1-%2").arg(app.applicationPid()).arg(next),
                             QStringLiteral("Ann"));
        ++next;
    };
    QObject::connect(catalog->get(), &Catalog::labelsChanged, &app,
                     [&](const QHash<qint64, QString>& labels) {
                         for (auto it = labels.cbegin(); it != labels.cend(); ++it)
                             std::printf("%lld %s\n", it.key(), qPrintable(it.value()));
                         std::fflush(stdout);
                         labelNext();
                     });
    labelNext();
    labelNext(); // one is always in flight while the other is being told
    return QCoreApplication::exec();
}

} // namespace

class TestCatalogKill : public QObject
{
    Q_OBJECT

    CatalogPlaces m_places;
    QString m_path;

private Q_SLOTS:
    void initTestCase_data() { CatalogPlaces::addDatabases(); }

    void init() { IR_FRESH_PLACE(m_places, m_path); }

    void noStoredLabelIsLostWhenTheProgramIsKilled()
    {
        const QString path = m_path;
        {
            auto catalog = Catalog::open(path);
            QVERIFY(catalog);
            QCOMPARE(fill(**catalog, imageCount).size(), imageCount);
        }
        QStringList told;
        for (int round = 0; round < 12; ++round) {
            QProcess child;
            child.start(QCoreApplication::applicationFilePath(),
                        {QStringLiteral("--label-for-ever"), path});
            QVERIFY(child.waitForReadyRead(20'000));
            QTest::qSleep(QRandomGenerator::global()->bounded(1, 150));
            child.kill(); // SIGKILL
            QVERIFY(child.waitForFinished());
            QCOMPARE(child.exitStatus(), QProcess::CrashExit);
            const QString output = QString::fromUtf8(child.readAllStandardOutput());
            auto lines = output.split(u'\n');
            lines.removeLast(); // after the last line end: nothing, or a line cut short by the kill
            QVERIFY(!lines.isEmpty());
            told += lines;
        }
        const auto catalog = Catalog::open(path);
        QVERIFY(catalog);
        QSet<QString> stored;
        const auto files = (*catalog)->files({});
        for (const auto& file : *files) {
            const auto details = (*catalog)->details(file.id);
            QVERIFY(details);
            for (const auto& event : details->history)
                stored.insert(QString::number(file.imageId) + u' ' + event.label);
            QCOMPARE(file.label, details->history.isEmpty() ? QString() : details->history.last().label);
        }
        for (const QString& line : told)
            QVERIFY2(stored.contains(line), qPrintable(line));
        if (CatalogPlaces::isPostgreSql())
            return; // the server was not killed
        RawDatabase raw(path);
        QCOMPARE(raw.value(QStringLiteral("PRAGMA integrity_check")).toString(), QStringLiteral("ok"));
    }
};

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 3 && arguments[1] == QLatin1String("--label-for-ever"))
        return labelForEver(app, arguments[2]);
    TestCatalogKill test;
    return QTest::qExec(&test, argc, argv);
}

#include "test_catalogkill.moc"
