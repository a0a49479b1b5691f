#include "evaluation/html_p.h"

#include <QByteArray>
#include <QString>

#include <cmath>

namespace ir::html {

std::string text(std::string_view bytes)
{
    QString decoded = QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
    for (QChar& c : decoded)
        if (c.unicode() < 0x20 || (c.unicode() >= 0x7F && c.unicode() < 0xA0))
            c = QChar::ReplacementCharacter;
    decoded = decoded.toHtmlEscaped();
    decoded.replace(QLatin1Char('\''), QLatin1String("&#39;"));
    return decoded.toStdString();
}

std::string number(double value, int decimals)
{
    if (!std::isfinite(value))
        return "–";
    return QString::number(value, 'f', decimals).toStdString();
}

std::string percent(double share, int decimals)
{
    return std::isfinite(share) ? number(100 * share, decimals) + "\u00A0%" : "–";
}

std::string count(std::size_t value)
{
    const std::string digits = std::to_string(value);
    std::string grouped;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0)
            grouped.push_back(',');
        grouped.push_back(digits[i]);
    }
    return grouped;
}

std::string base64(std::string_view bytes)
{
    return QByteArray::fromRawData(bytes.data(), static_cast<qsizetype>(bytes.size()))
        .toBase64()
        .toStdString();
}

} // namespace ir::html
