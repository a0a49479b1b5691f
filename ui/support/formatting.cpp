#include "support/formatting.h"

#include <QCoreApplication>
#include <QLocale>

#include <cmath>

namespace ir::ui {

namespace {

QLocale numbers()
{
    const QLocale locale;
    return locale.language() == QLocale::C ? QLocale(QLocale::English, QLocale::UnitedStates)
                                           : locale;
}

QString tr(const char* text, int n = -1)
{
    return QCoreApplication::translate("Formatting", text, nullptr, n);
}

} // namespace

QString formatCount(qint64 n) { return numbers().toString(n); }

QString formatImages(qint64 n) { return n == 1 ? tr("1 image") : tr("%1 images").arg(formatCount(n)); }

QString formatRate(double imagesPerSecond)
{
    if (!(imagesPerSecond > 0))
        return {};
    const int decimals = imagesPerSecond < 10 ? 1 : 0;
    return tr("%1/s").arg(numbers().toString(imagesPerSecond, 'f', decimals));
}

QString formatTimeLeft(double seconds)
{
    if (!(seconds >= 0))
        return {};
    if (seconds < 10)
        return tr("a few seconds left");
    if (seconds < 55)
        return tr("about %1 seconds left").arg(int(std::ceil(seconds / 10.0)) * 10);
    const int minutes = int(std::lround(seconds / 60.0));
    if (minutes <= 1)
        return tr("about 1 minute left");
    if (minutes < 90)
        return tr("about %1 minutes left").arg(minutes < 20 ? minutes : (minutes + 2) / 5 * 5);
    return tr("about %1 hours left").arg(int(std::lround(seconds / 3600.0)));
}

QString formatBytes(qint64 bytes)
{
    return numbers().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat);
}

QString formatPercent(double fraction)
{
    return tr("%1 %").arg(numbers().toString(std::lround(fraction * 100)));
}

QString formatInterval(double value, double low, double high)
{
    return QStringLiteral("%1 (%2 – %3)")
        .arg(QString::number(value, 'f', 3), QString::number(low, 'f', 3), QString::number(high, 'f', 3));
}

QString formatDicomDate(const QString& date)
{
    if (date.size() != 8)
        return date;
    for (const QChar c : date)
        if (c < u'0' || c > u'9')
            return date;
    return date.left(4) + u'-' + date.mid(4, 2) + u'-' + date.mid(6);
}

} // namespace ir::ui
