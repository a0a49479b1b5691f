#pragma once

// Needs ir_ui and ir_dicom.

#include "catalog/catalog.h"
#include "dicom/dicomlibrary.h"
#include "pipeline/imageloader.h"
#include "review/imagecanvas.h"
#include "review/labellingpage.h"
#include "review/reviewsession.h"
#include "review/reviewwindow.h"
#include "settings/settings.h"
#include "support/pictures.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

/// A failure in a helper ends the test, too.
#define IR_STEP(call)                                                                              \
    do {                                                                                           \
        call;                                                                                      \
        if (QTest::currentTestFailed())                                                            \
            return;                                                                                \
    } while (false)

namespace ir::test {

inline const QStringList kClasses{QStringLiteral("spine"), QStringLiteral("chest"), QStringLiteral("others")};

template <typename T>
T* child(const QObject* parent, const char* name)
{
    return parent->findChild<T*>(QLatin1String(name));
}

/// Small pictures, tagged by a model that is always right.
inline QVector<FileSummary> fillCatalog(Catalog& catalog, const QString& folder, int count)
{
    if (!catalog.rememberModel({"m", "m", {"spine", "chest", "others"}}))
        qFatal("no model");
    QVector<FileResult> results;
    for (int i = 0; i < count; ++i) {
        const GrayImage picture = discs(std::uint32_t(i), 80, 96);
        FileResult result;
        result.file.path = folder + QStringLiteral("/%1.png").arg(i, 3, 10, QLatin1Char('0'));
        const QImage image(picture.pixels.data(), picture.width, picture.height, picture.width,
                           QImage::Format_Grayscale8);
        if (!image.save(result.file.path))
            qFatal("cannot write a picture");
        result.file.size = QFileInfo(result.file.path).size();
        result.file.mtimeNs = 1;
        result.status = FileStatus::Ok;
        result.digest = std::string(60, 'd') + std::to_string(1000 + i);
        result.facts.patientId = "P" + std::to_string(i);
        Prediction prediction;
        prediction.classIndex = i % 3;
        prediction.confidence = 0.9F;
        prediction.probabilities = {0.05F, 0.05F, 0.9F};
        prediction.modelId = "m";
        result.prediction = prediction;
        result.predictedClass = kClasses.at(i % 3);
        results.append(result);
    }
    QVector<ScannedFile> scanned;
    for (const FileResult& result : results)
        scanned.append(result.file);
    if (!catalog.registerFiles(scanned, "m"))
        qFatal("cannot register files");
    auto stored = catalog.storeResults(results);
    if (!stored)
        qFatal("%s", stored.error().message.c_str());
    return *stored;
}

inline Result<GrayImage> loadPicture(const QString& path, int longestSide)
{
    return decodeWithin(path.toStdString(), longestSide);
}

/// The window of annotation projects over a catalog of small pictures that is each test's own: what its tests derive
/// from, beside QObject.
class AnnotationWindow
{
protected:
    static constexpr int kLongMs = 30'000;
    static constexpr int kImages = 60;

    /// In init().
    void begin()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_settings = std::make_unique<ui::Settings>(m_dir->filePath(QStringLiteral("settings.ini")));
        m_settings->setReaderName(QStringLiteral("Ann"));
        m_catalog = Catalog::open(m_dir->filePath(QStringLiteral("catalog.sqlite"))).value();
        const QString archive = m_dir->filePath(QStringLiteral("archive"));
        QVERIFY(QDir().mkpath(archive));
        m_files = fillCatalog(*m_catalog, archive, kImages);
        for (const FileSummary& file : m_files)
            m_numberOf.insert(file.imageId, m_numberOf.size());
    }

    /// In cleanup().
    void end()
    {
        m_window.reset();
        m_catalog.reset();
        m_numberOf.clear();
    }

    template <typename T>
    [[nodiscard]] T* find(const char* name) const
    {
        return child<T>(m_window.get(), name);
    }
    [[nodiscard]] QPushButton* button(const char* name) const { return find<QPushButton>(name); }
    [[nodiscard]] ui::ReviewSession* session() const { return m_window->findChild<ui::ReviewSession*>(); }
    [[nodiscard]] const ReviewProject& project() const { return session()->project(); }
    [[nodiscard]] ui::LabellingPage* labelling() const { return m_window->findChild<ui::LabellingPage*>(); }

    [[nodiscard]] QString truthOf(qint64 image) const { return kClasses.at(m_numberOf.value(image) % 3); }

    /// Ann is always right. Bob takes 3 spines for chests, 3 chests for others, 2 others for spines.
    [[nodiscard]] QString labelBy(const QString& reader, qint64 image) const
    {
        const int number = m_numberOf.value(image);
        const int truth = number % 3;
        const bool isMistaken = reader == QLatin1String("Bob") && number / 3 < (truth == 2 ? 2 : 3);
        return kClasses.at(isMistaken ? (truth + 1) % 3 : truth);
    }

    [[nodiscard]] ui::SetupContext context() const
    {
        ui::SetupContext context;
        context.catalog = m_catalog.get();
        context.modelId = "m";
        context.classes = kClasses;
        context.folder = m_dir->filePath(QStringLiteral("archive"));
        context.selected = m_files.mid(0, 2);
        context.reader = QStringLiteral("Ann");
        return context;
    }

    void openWindow()
    {
        m_window = std::make_unique<ui::ReviewWindow>(*m_catalog, "m", *m_settings, loadPicture, [this] { return context(); });
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        const bool hasProject = !m_catalog->reviews()->isEmpty();
        QTRY_COMPARE_WITH_TIMEOUT(session()->isOpen(), hasProject, kLongMs);
    }

    template <typename Change>
    qint64 makeProject(Change change)
    {
        ReviewPlan plan;
        plan.name = "blind";
        for (const QString& name : kClasses)
            plan.classes.push_back(name.toStdString());
        plan.readers = {"Ann", "Bob"};
        plan.adjudicators = {"Cleo"};
        for (const FileSummary& file : m_files)
            plan.images.push_back({file.imageId, 0, {}});
        change(plan);
        return m_catalog->createReview(plan).value();
    }

    void signIn(const char* name)
    {
        if (button("signOutButton")->isVisible())
            button("signOutButton")->click();
        find<QComboBox>("signInName")->setCurrentText(QLatin1String(name));
        button("signInButton")->click();
        QTRY_VERIFY_WITH_TIMEOUT(find<QLabel>("signedInAs")->text().contains(QLatin1String(name)), kLongMs);
    }

    void waitForPicture()
    {
        auto* canvas = find<ui::ImageCanvas>("labellingCanvas");
        QTRY_VERIFY_WITH_TIMEOUT(labelling()->image() == 0 || canvas->isPainted(), kLongMs);
    }

    /// From the project's page and back to it.
    void readImages(const char* reader, int round, int count)
    {
        button(round == 1 ? "labelRound1" : "labelRound2")->click();
        for (int i = 0; i < count; ++i) {
            waitForPicture();
            const qint64 image = labelling()->image();
            QVERIFY(image != 0);
            if (round == 2)
                QVERIFY(project().reading(image, 1).reader != reader);
            if (i == 5) { // a slip of the finger, taken back
                QTest::keyClick(labelling(), Qt::Key_3);
                waitForPicture();
                QTest::keyClick(labelling(), Qt::Key_Backspace);
                QCOMPARE(labelling()->image(), image);
                waitForPicture();
            }
            const int place = int(kClasses.indexOf(labelBy(QLatin1String(reader), image)));
            QTest::keyClick(labelling(), Qt::Key(Qt::Key_1 + place));
            QCOMPARE(QString::fromStdString(project().reading(image, round).label), kClasses.at(place));
        }
        QTest::keyClick(labelling(), Qt::Key_Escape);
        QTRY_COMPARE_WITH_TIMEOUT(session()->pending(), 0, kLongMs);
    }

    DicomLibrary m_dicom;
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<ui::Settings> m_settings;
    std::unique_ptr<Catalog> m_catalog;
    QVector<FileSummary> m_files;
    QHash<qint64, int> m_numberOf; ///< which of the pictures
    std::unique_ptr<ui::ReviewWindow> m_window;
};

} // namespace ir::test
