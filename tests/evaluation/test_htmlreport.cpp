#include "evaluation/htmlreport.h"

#include "evaluationbuilder.h"
#include "support/pictures.h"

#include <QImage>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>

using namespace Qt::StringLiterals;

namespace {

QString page(const ir::Evaluation& evaluation, const ir::HtmlOptions& options = {})
{
    return QString::fromStdString(ir::htmlReport(ir::reportOf(evaluation), options));
}

/// Elements that are not closed in HTML, closed as XML wants it.
QString asXml(QString html)
{
    html.remove(u"<!DOCTYPE html>"_s);
    html.replace(QRegularExpression(u"<(meta|img)([^>]*[^/])>"_s), u"<\\1\\2/>"_s);
    return html;
}

} // namespace

class TestHtmlReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void thePageHasTheFigures()
    {
        ir::test::EvaluationBuilder builder({"source", "manufacturer"});
        for (int i = 0; i < 50; ++i)
            builder.add("spine", i < 48 ? 3 : 4, 0.8F + 0.003F * static_cast<float>(i), {"north", "Acme"});
        builder.add("adult_chest", 1, 0.9F, {"south", "Acme"})
            .add("pediatric_chest", 1, 0.6F, {"south", "Acme"}, true)
            .add("ood", 0, 0.99F, {"south", ""})
            .add("spine", -1, 0, {"south", ""});
        const QString html = page(builder.evaluation);
        for (const auto& part :
             {u"Macro F1"_s, u"Confusion matrix"_s, u"Reliability diagram"_s, u"Risk–coverage curve"_s,
              u"By <bdi>source"_s, u"By <bdi>manufacturer"_s, u"Acme"_s, u"Adult or child"_s,
              u"Wrong and not sent to review (2)"_s, u"Wrong, but sent to review (1)"_s,
              u"and not sent to review (1)"_s, u"It is broken."_s, u"cannot be shown"_s})
            QVERIFY2(html.contains(part), qPrintable(part));
    }

    void thePageIsWellFormedAndNeedsNothingElse()
    {
        ir::test::EvaluationBuilder builder({"source"});
        for (int i = 0; i < 30; ++i)
            builder.add("spine", i % 7 ? 3 : 1, 0.5F + 0.01F * static_cast<float>(i), {"a & b"});
        const QString html = page(builder.evaluation);
        QXmlStreamReader reader(asXml(html));
        while (!reader.atEnd()) {
            reader.readNext();
            QVERIFY(reader.name() != u"script"_s);
            QVERIFY(reader.name() != u"link"_s);
            for (const QXmlStreamAttribute& attribute : reader.attributes()) {
                QVERIFY(!attribute.value().contains(u"http:"_s));
                QVERIFY(!attribute.value().contains(u"https:"_s));
            }
        }
        QVERIFY2(!reader.hasError(),
                 qPrintable(reader.errorString() + u" at "_s + QString::number(reader.lineNumber())));
        QVERIFY(html.contains(u"default-src 'none'"_s));
        QVERIFY(html.contains(u"prefers-color-scheme: dark"_s));
        QVERIFY(html.contains(u"@media print"_s));
        QVERIFY(!html.contains(u"nan"_s) && !html.contains(u"inf\""_s));
    }

    void namesCannotBecomeMarkup()
    {
        const std::string hostile = "\"><script>alert('x')</script>\xFF\x01&amp;";
        ir::test::EvaluationBuilder builder({hostile}, {"spine", hostile});
        builder.evaluation.setName = hostile;
        builder.evaluation.modelName = hostile;
        builder.evaluation.device = hostile;
        builder.add(hostile, 0, 0.9F, {hostile})
            .add("spine", -1, 0, {hostile})
            .add(hostile, 1, 0.9F, {hostile});
        builder.evaluation.rows[0].path = hostile;
        builder.evaluation.rows[1].path = hostile;
        builder.evaluation.rows[1].reason = hostile;
        const QString html = page(builder.evaluation, {.madeBy = hostile});
        QVERIFY(!html.contains(u"<script"_s));
        QVERIFY(!html.contains(u"alert('"_s));
        QVERIFY(!html.contains(QChar(1)));
        QVERIFY(html.contains(u"&lt;script&gt;"_s));
        QXmlStreamReader reader(asXml(html));
        while (!reader.atEnd())
            reader.readNext();
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
    }

    void errorsComeWithTheirPicturesTheMostConfidentFirst()
    {
        QTemporaryDir dir;
        ir::test::EvaluationBuilder builder;
        for (int i = 0; i < 5; ++i) {
            builder.add("spine", 4, 0.5F + 0.1F * static_cast<float>(i));
            const ir::GrayImage image = ir::test::discs(static_cast<unsigned>(i), 300, 200);
            const QString file = dir.filePath(u"%1.png"_s.arg(i));
            QVERIFY(QImage(image.pixels.data(), image.width, image.height, image.width,
                           QImage::Format_Grayscale8)
                        .save(file));
            builder.evaluation.rows.back().file = file.toStdString();
        }
        const QString html = page(builder.evaluation, {.pictures = 3, .madeBy = {}});
        QCOMPARE(html.count(u"data:image/jpeg;base64,"_s), 3);
        QVERIFY(html.contains(u"The 3 most confident"_s));
        QVERIFY(html.indexOf(u"image4"_s) < html.indexOf(u"image3"_s));
        QVERIFY(!html.contains(u"image1<"_s));
        const qsizetype start = html.indexOf(u"base64,"_s) + 7;
        const QByteArray bytes =
            QByteArray::fromBase64(html.mid(start, html.indexOf(u'"', start) - start).toLatin1());
        const QImage picture = QImage::fromData(bytes, "JPEG");
        QCOMPARE(picture.size(), QSize(176, 117));
    }

    void aSetWithoutAnythingToMeasureStillMakesAPage()
    {
        ir::test::EvaluationBuilder builder;
        builder.add("spine", -1);
        QVERIFY(page(builder.evaluation).contains(u"Unreadable"_s));
    }
};

QTEST_GUILESS_MAIN(TestHtmlReport)
#include "test_htmlreport.moc"
