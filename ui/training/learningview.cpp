#include "training/learningview.h"

#include "browser/classchip.h"
#include "support/formatting.h"

#include <QPainter>

#include <algorithm>

namespace ir::ui {

namespace {

constexpr int kRow = 28;
constexpr int kHeader = 24;
constexpr int kChip = 18;
constexpr int kNumber = 76; ///< width of a column of counts

} // namespace

LearningView::LearningView(QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("learningView"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void LearningView::showSet(const CorrectionSet& set, const ClassStyles& styles)
{
    m_rows.clear();
    for (const ClassStyle& style : styles.all()) {
        const auto found = set.countOf.find(style.name.toStdString());
        m_rows.append({style, found == set.countOf.end() ? CorrectionSet::Count() : found->second});
    }
    for (const auto& [name, count] : set.countOf)
        if (const QString label = QString::fromStdString(name); !styles.contains(label))
            m_rows.append({styles.of(label), count});
    QStringList spoken;
    for (const Row& row : std::as_const(m_rows))
        spoken << tr("%1: %2 corrected, %3 confirmed")
                      .arg(row.style.display, formatCount(qint64(row.count.corrected)),
                           formatCount(qint64(row.count.confirmed)));
    setAccessibleName(tr("Labelled images by class"));
    setAccessibleDescription(spoken.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

QSize LearningView::sizeHint() const { return {480, kHeader + kRow * int(m_rows.size())}; }

QSize LearningView::minimumSizeHint() const { return {360, sizeHint().height()}; }

void LearningView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QFont font = painter.font();
    font.setPixelSize(kSmallFont);
    painter.setFont(font);

    std::size_t most = 1;
    int widest = 0;
    for (const Row& row : std::as_const(m_rows)) {
        most = std::max(most, row.count.all());
        widest = std::max(widest, painter.fontMetrics().horizontalAdvance(row.style.display));
    }
    const int names = chipWidth(kChip) + 8;
    const int bars = names + std::min(width() / 3, widest + 24);
    const int numbers = width() - 2 * kNumber;

    painter.setPen(color(Role::DimText));
    painter.drawText(QRect(numbers, 0, kNumber, kHeader), Qt::AlignRight | Qt::AlignVCenter,
                     tr("Corrected"));
    painter.drawText(QRect(numbers + kNumber, 0, kNumber, kHeader), Qt::AlignRight | Qt::AlignVCenter,
                     tr("Confirmed"));
    for (int i = 0; i < m_rows.size(); ++i) {
        const Row& row = m_rows.at(i);
        const QRect line(0, kHeader + i * kRow, width(), kRow);
        const bool none = row.count.all() == 0;
        painter.setFont(font);
        paintClassChip(&painter, QRect(0, line.center().y() - kChip / 2, chipWidth(kChip), kChip), row.style,
                       none ? Certainty::Guess : Certainty::Human);
        painter.setFont(font);
        painter.setPen(color(none ? Role::DimText : Role::Text));
        painter.drawText(QRect(names, line.top(), bars - names - 8, kRow), Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(row.style.display, Qt::ElideRight,
                                                          bars - names - 8));
        // Corrected first: full colour; confirmed: the same, paler.
        const double unit = (numbers - 16 - bars) / double(most);
        QRectF bar(bars, line.center().y() - 4, double(row.count.corrected) * unit, 8);
        painter.setPen(Qt::NoPen);
        painter.setBrush(row.style.color());
        painter.drawRect(bar);
        bar = QRectF(bar.right(), bar.top(), double(row.count.confirmed) * unit, 8);
        QColor pale = row.style.color();
        pale.setAlphaF(0.4F);
        painter.setBrush(pale);
        painter.drawRect(bar);
        painter.setPen(color(none ? Role::DimText : Role::Text));
        painter.drawText(QRect(numbers, line.top(), kNumber, kRow), Qt::AlignRight | Qt::AlignVCenter,
                         formatCount(qint64(row.count.corrected)));
        painter.drawText(QRect(numbers + kNumber, line.top(), kNumber, kRow),
                         Qt::AlignRight | Qt::AlignVCenter, formatCount(qint64(row.count.confirmed)));
    }
}

} // namespace ir::ui
