#pragma once

#include <QString>

namespace ir::ui {

/// "16,804": digits with the locale's separators (of English where the locale is C).
[[nodiscard]] QString formatCount(qint64 n);
/// "1 image", "16,804 images".
[[nodiscard]] QString formatImages(qint64 n);
/// "41/s", "0.4/s"; empty where nothing is known (0).
[[nodiscard]] QString formatRate(double imagesPerSecond);
/// Rounded, as people say it: "about 2 minutes left", "a few seconds left"; empty where not known (< 0).
[[nodiscard]] QString formatTimeLeft(double seconds);
/// "12.4 MB" (powers of 1000).
[[nodiscard]] QString formatBytes(qint64 bytes);
/// 0.984 → "98 %".
[[nodiscard]] QString formatPercent(double fraction);
/// "0.986 (0.970 – 0.997)".
[[nodiscard]] QString formatInterval(double value, double low, double high);
/// DICOM DA "20240131" → "2024-01-31"; anything else as it is.
[[nodiscard]] QString formatDicomDate(const QString& date);

} // namespace ir::ui
