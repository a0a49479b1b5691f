#include "browser/probabilitybars.h"

#include "support/formatting.h"

#include <QPainter>

#include <algorithm>
#include <functional>

namespace ir::ui {

namespace {

constexpr int kRow = 22;
constexpr int kMostBars = 8;

} // namespace

ProbabilityBars::ProbabilityBars(QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("probabilityBars"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void ProbabilityBars::showDetails(const FileDetails& details, const ClassStyles& styles)
{
    m_bars.clear();
    m_top = -1;
    if (details.prediction) {
        const auto& probabilities = details.prediction->probabilities;
        for (std::size_t i = 0; i < probabilities.size() && i < details.classes.size(); ++i)
            m_bars.append({styles.of(QString::fromStdString(details.classes[i])), probabilities[i]});
        m_top = details.prediction->classIndex;
    }
    QStringList spoken;
    const QVector<Bar> all = m_bars;
    if (m_bars.size() > kMostBars) { // of long lists the likeliest only
        std::ranges::stable_sort(m_bars, std::ranges::greater(), &Bar::probability);
        m_bars.resize(kMostBars);
        m_top = 0;
    }
    for (const Bar& bar : all)
        spoken << bar.style.display + u' ' + formatPercent(double(bar.probability));
    setAccessibleName(tr("Probabilities: %1").arg(spoken.join(QStringLiteral(", "))));
    setToolTip(spoken.join(u'\n'));
    updateGeometry();
    update();
}

void ProbabilityBars::clear() { showDetails({}, {}); }

QSize ProbabilityBars::sizeHint() const { return {180, int(m_bars.size()) * kRow}; }

void ProbabilityBars::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QFont font = painter.font();
    font.setPixelSize(kSmallFont);
    painter.setFont(font);
    int widest = 0; // the likeliest is bold
    font.setBold(true);
    painter.setFont(font);
    for (const Bar& bar : std::as_const(m_bars))
        widest = qMax(widest, painter.fontMetrics().horizontalAdvance(bar.style.display));
    const int nameWidth = qMin(width() * 3 / 5, widest + 28);
    constexpr int valueWidth = 40;
    for (int i = 0; i < m_bars.size(); ++i) {
        const Bar& bar = m_bars.at(i);
        const QRectF row(0, i * kRow, width(), kRow);
        painter.setPen(bar.style.color());
        font.setBold(true);
        painter.setFont(font);
        painter.drawText(QRectF(row.left(), row.top(), 16, row.height()), Qt::AlignCenter,
                         bar.style.letter);
        font.setBold(i == m_top);
        painter.setFont(font);
        painter.setPen(color(i == m_top ? Role::Text : Role::DimText));
        painter.drawText(row.adjusted(22, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft,
                         painter.fontMetrics().elidedText(bar.style.display, Qt::ElideRight,
                                                          nameWidth - 22));
        painter.drawText(row, Qt::AlignVCenter | Qt::AlignRight,
                         QString::number(double(bar.probability), 'f', 2));
        QRectF groove(nameWidth + 4, row.center().y() - 3, width() - nameWidth - valueWidth - 4, 6);
        painter.setPen(Qt::NoPen);
        painter.setBrush(color(Role::Line));
        painter.drawRoundedRect(groove, 3, 3);
        groove.setWidth(groove.width() * double(bar.probability));
        painter.setBrush(bar.style.color());
        painter.drawRoundedRect(groove, 3, 3);
    }
}

} // namespace ir::ui
