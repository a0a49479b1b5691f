#include "catalog/catalog.h"
#include "dicom/dicomlibrary.h"

#include "support/dicomfiles.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>

using namespace Qt::StringLiterals;

/// Power cuts while an archive is tagged: what was stored stays, the rest is made up for, each file once.
class TestClassifyKill : public QObject
{
    Q_OBJECT

    static constexpr int images = 40;

    ir::DicomLibrary m_library;

private Q_SLOTS:
    // As from a shell, where nothing keeps OpenBLAS from having threads of its own.
    void ctrlCStopsWithASummary()
    {
        QTemporaryDir dir;
        QVERIFY(QDir(dir.path()).mkpath(u"archive"_s));
        for (std::uint32_t i = 0; i < 20 * images; ++i)
            ir::test::writeXray(dir.filePath(u"archive/IM%1"_s.arg(i)), i);
        QProcess process;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.remove(u"OPENBLAS_NUM_THREADS"_s);
        environment.remove(u"OMP_NUM_THREADS"_s);
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(IR_CLI),
                      {u"classify"_s, dir.filePath(u"archive"_s), u"--json"_s, u"--model"_s,
                       QString::fromStdString(ir::test::RandomModel(1).writeTo(dir.filePath(u"m.safetensors"_s)).string())});
        QTRY_VERIFY_WITH_TIMEOUT(process.canReadLine(), 60'000);
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(60'000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 3);
        const QByteArray last = process.readAllStandardOutput().trimmed().split('\n').constLast();
        const int done = QJsonDocument::fromJson(last).object()[u"summary"_s].toObject()[u"files"_s].toInt();
        QVERIFY2(done > 0 && done < 20 * images, last.constData());
        const QByteArray told = process.readAllStandardError();
        QVERIFY2(told.contains(QByteArray("Stopped after ").append(QByteArray::number(done))), told.constData());
    }

    void killedAtRandomPointsNothingIsLostAndARerunCompletes()
    {
        QTemporaryDir dir;
        QVERIFY(QDir(dir.path()).mkpath(u"archive"_s));
        for (std::uint32_t i = 0; i < images; ++i)
            ir::test::writeXray(dir.filePath(u"archive/IM%1"_s.arg(i)), i);
        const QString catalogPath = dir.filePath(u"c.sqlite"_s);
        const QStringList arguments{
            u"classify"_s, dir.filePath(u"archive"_s), u"--json"_s, u"--catalog"_s, catalogPath, u"--model"_s,
            QString::fromStdString(
                ir::test::RandomModel(1).writeTo(dir.filePath(u"m.safetensors"_s)).string())};

        // How long an undisturbed start takes differs from machine to machine: the points of death are
        // spread over the time that a whole run on a catalog of its own needs here.
        QElapsedTimer clock;
        clock.start();
        QStringList undisturbed = arguments;
        undisturbed[4] = dir.filePath(u"other.sqlite"_s);
        QCOMPARE(QProcess::execute(QStringLiteral(IR_CLI), undisturbed), 0);
        const auto whole = static_cast<int>(clock.elapsed());

        QSet<QString> told; // files whose line was printed: their tag is stored
        int killed = 0;
        for (int round = 0; round < 6; ++round) {
            QProcess process;
            process.start(QStringLiteral(IR_CLI), arguments);
            if (!process.waitForFinished(QRandomGenerator::global()->bounded(whole / 4, whole))) {
                process.kill();
                QVERIFY(process.waitForFinished());
                ++killed;
            }
            for (const QByteArray& line : process.readAllStandardOutput().split('\n')) {
                const auto json = QJsonDocument::fromJson(line).object(); // the last may be cut
                if (json[u"status"_s].toString() == u"ok"_s)
                    told.insert(json[u"path"_s].toString());
            }
            if (!QFile::exists(catalogPath))
                continue;
            auto catalog = ir::Catalog::open(catalogPath);
            QVERIFY2(catalog, catalog ? "" : catalog.error().message.c_str());
            QSet<QString> stored;
            const auto known = (*catalog)->files({}).value();
            for (const auto& file : known)
                if (!file.predictedClass.isEmpty())
                    stored.insert(file.path);
            QVERIFY(stored.contains(told));
        }
        QVERIFY(killed > 0);

        QCOMPARE(QProcess::execute(QStringLiteral(IR_CLI), arguments), 0);
        auto catalog = ir::Catalog::open(catalogPath);
        QVERIFY(catalog);
        const auto files = (*catalog)->files({}).value();
        QCOMPARE(files.size(), images);
        for (const auto& file : files)
            QVERIFY2(!file.predictedClass.isEmpty(), qPrintable(file.path));
    }
};

QTEST_GUILESS_MAIN(TestClassifyKill)
#include "test_classifykill.moc"
