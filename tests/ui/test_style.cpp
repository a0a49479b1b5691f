#include "style/classstyle.h"
#include "style/icons.h"
#include "style/palette.h"
#include "style/theme.h"

#include <QApplication>
#include <QDir>
#include <QSet>
#include <QtTest>

using namespace ir::ui;

namespace {

const QStringList kPaperClasses{QStringLiteral("abdominal"), QStringLiteral("adult_chest"),
                                QStringLiteral("pediatric_chest"), QStringLiteral("spine"),
                                QStringLiteral("others")};

} // namespace

class TestStyle : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textIsReadableOnEveryGround()
    {
        for (const Scheme scheme : {Scheme::Dark, Scheme::Light}) {
            for (const Role ground : {Role::Canvas, Role::Chrome, Role::Raised})
                for (const Role text : {Role::Text, Role::DimText, Role::Error, Role::Review})
                    QVERIFY2(contrastRatio(color(text, scheme), color(ground, scheme)) >= 4.5,
                             qPrintable(describe(text, ground, scheme)));
            QVERIFY(contrastRatio(color(Role::OnAccent, scheme), color(Role::Accent, scheme)) >= 4.5);
        }
    }

    void marksStandOutFromEveryGround()
    {
        for (const Scheme scheme : {Scheme::Dark, Scheme::Light})
            for (const Role ground : {Role::Canvas, Role::Chrome, Role::Raised})
                for (const Role mark : {Role::Accent, Role::Review, Role::Error})
                    QVERIFY2(contrastRatio(color(mark, scheme), color(ground, scheme)) >= 3.0,
                             qPrintable(describe(mark, ground, scheme)));
    }

    void classColoursAreReadableAsTextAndAsGround()
    {
        QStringList names = kPaperClasses;
        for (int i = 0; i < 7; ++i)
            names << QStringLiteral("own_class_%1").arg(i);
        const ClassStyles styles(names);
        for (const Scheme scheme : {Scheme::Dark, Scheme::Light})
            for (const ClassStyle& style : styles.all()) {
                for (const Role ground : {Role::Canvas, Role::Chrome, Role::Raised})
                    QVERIFY2(contrastRatio(style.color(scheme), color(ground, scheme)) >= 4.5,
                             qPrintable(style.name));
                QVERIFY2(contrastRatio(color(Role::OnClass, scheme), style.color(scheme)) >= 4.5,
                         qPrintable(style.name));
            }
    }

    void thePapersClassesHaveTheirLettersAndKeys()
    {
        const ClassStyles styles(kPaperClasses);
        QString letters;
        for (const ClassStyle& style : styles.all())
            letters += style.letter;
        QCOMPARE(letters, QStringLiteral("ACPSO"));
        QCOMPARE(styles.of(QStringLiteral("adult_chest")).display, QStringLiteral("adult chest"));
        QCOMPARE(styles.of(QStringLiteral("others")).key, 5);
    }

    void anyClassListGetsUniqueLettersAndColours()
    {
        const ClassStyles styles({QStringLiteral("hand"), QStringLiteral("hip"),
                                  QStringLiteral("spine"), QStringLiteral("skull"),
                                  QStringLiteral("shoulder_left"), QStringLiteral("h")});
        QSet<QString> letters;
        QSet<QRgb> colors;
        for (const ClassStyle& style : styles.all()) {
            letters.insert(style.letter);
            colors.insert(style.dark.rgb());
        }
        QCOMPARE(letters.size(), styles.all().size());
        QCOMPARE(colors.size(), styles.all().size());
        QCOMPARE(styles.of(QStringLiteral("spine")).letter, QStringLiteral("S"));
    }

    void onlyNineClassesHaveAKey()
    {
        QStringList names;
        for (int i = 0; i < 12; ++i)
            names << QStringLiteral("c%1").arg(i);
        const ClassStyles styles(names);
        QCOMPARE(styles.all().at(8).key, 9);
        QCOMPARE(styles.all().at(9).key, 0);
    }

    void aClassOfAnotherModelIsStillNamed()
    {
        const ClassStyle style = ClassStyles(kPaperClasses).of(QStringLiteral("left_hand"));
        QCOMPARE(style.display, QStringLiteral("left hand"));
        QCOMPARE(style.letter, QStringLiteral("L"));
        QCOMPARE(style.key, 0);
    }

    void everyIconDrawsInTheRolesColourOfTheScheme()
    {
        initResources();
        const QStringList files = QDir(QStringLiteral(":/icons")).entryList({QStringLiteral("*.svg")});
        QVERIFY(files.size() > 20);
        for (const QString& file : files) {
            if (file == QLatin1String("app.svg"))
                continue;
            for (const Scheme scheme : {Scheme::Dark, Scheme::Light}) {
                setCurrentScheme(scheme);
                const QImage image =
                    icon(file.chopped(4), Role::Accent).pixmap(QSize(48, 48), 1.0).toImage();
                const QRgb wanted = color(Role::Accent, scheme).rgb();
                bool found = false;
                for (int y = 0; y < image.height() && !found; ++y)
                    for (int x = 0; x < image.width() && !found; ++x)
                        found = image.pixel(x, y) == wanted;
                QVERIFY2(found, qPrintable(file));
            }
        }
    }

    void theChoiceOfThemeReachesTheApplication()
    {
        Theme theme(ThemeChoice::Light);
        QCOMPARE(qApp->palette().color(QPalette::Window), color(Role::Chrome, Scheme::Light));
        QVERIFY(!qApp->styleSheet().contains(QLatin1Char('@')));
        theme.setChoice(ThemeChoice::Dark);
        QCOMPARE(qApp->palette().color(QPalette::Window), color(Role::Chrome, Scheme::Dark));
        QCOMPARE(currentScheme(), Scheme::Dark);
    }

private:
    static QString describe(Role a, Role b, Scheme scheme)
    {
        return QStringLiteral("role %1 on role %2, scheme %3: %4")
            .arg(int(a))
            .arg(int(b))
            .arg(int(scheme))
            .arg(contrastRatio(color(a, scheme), color(b, scheme)));
    }
};

QTEST_MAIN(TestStyle)
#include "test_style.moc"
