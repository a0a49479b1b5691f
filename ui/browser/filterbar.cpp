#include "browser/filterbar.h"

#include "browser/imagegridview.h"
#include "browser/imagelistmodel.h"
#include "style/icons.h"
#include "support/formatting.h"

#include <QAction>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QToolButton>
#include <QWidgetAction>

#include <cmath>

namespace ir::ui {

namespace {

constexpr int kSearchDelayMs = 80;

QToolButton* toolButton(QWidget* parent, const char* name, const QString& iconName)
{
    auto* button = new QToolButton(parent);
    button->setObjectName(QLatin1String(name));
    button->setIconSize(QSize(16, 16));
    if (!iconName.isEmpty())
        button->setIcon(icon(iconName));
    return button;
}

} // namespace

FilterBar::FilterBar(QWidget* parent)
    : QWidget(parent), m_search(new QLineEdit(this)), m_state(new QComboBox(this)),
      m_confidence(toolButton(this, "confidenceButton", {})), m_sort(new QComboBox(this)),
      m_direction(toolButton(this, "directionButton", {})), m_group(new QComboBox(this)),
      m_refresh(toolButton(this, "refreshButton", QStringLiteral("refresh"))),
      m_size(new QSlider(Qt::Horizontal, this))
{
    setObjectName(QStringLiteral("filterBar"));
    setAttribute(Qt::WA_StyledBackground);

    m_search->setObjectName(QStringLiteral("searchField"));
    m_search->setPlaceholderText(tr("Search"));
    m_search->setAccessibleName(tr("Search"));
    m_search->setToolTip(tr("Words in path, UID, body part or modality (Ctrl+F)"));
    m_search->setClearButtonEnabled(true);
    m_search->setMinimumWidth(96); // leaves room for the slider in a window of 1280 pixels
    m_search->addAction(icon(QStringLiteral("search"), Role::DimText), QLineEdit::LeadingPosition);
    m_search->installEventFilter(this);
    m_searchTimer.setSingleShot(true);
    m_searchTimer.setInterval(kSearchDelayMs);
    connect(m_search, &QLineEdit::textEdited, this, [this] { m_searchTimer.start(); });
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        if (text.isEmpty())
            m_searchTimer.start();
    });
    connect(&m_searchTimer, &QTimer::timeout, this, [this] { Q_EMIT textChosen(m_search->text()); });

    m_state->setObjectName(QStringLiteral("stateBox"));
    m_state->setAccessibleName(tr("State"));
    m_state->addItem(tr("Any state"), 0);
    const std::pair<QString, RowState> states[] = {
        {tr("Unreviewed"), RowState::Unreviewed}, {tr("Needs review"), RowState::NeedsReview},
        {tr("Confirmed"), RowState::Confirmed},   {tr("Corrected"), RowState::Corrected},
        {tr("Unreadable"), RowState::Unreadable}, {tr("Not tagged yet"), RowState::Pending}};
    for (const auto& [text, state] : states)
        m_state->addItem(text, int(stateBit(state)));
    connect(m_state, &QComboBox::activated, this, [this] {
        Q_EMIT statesChosen(static_cast<RowStates>(m_state->currentData().toInt()));
    });

    buildConfidence();

    m_sort->setObjectName(QStringLiteral("sortBox"));
    m_sort->setAccessibleName(tr("Sort by"));
    m_sort->addItem(tr("By path"), int(RowSort::Path));
    m_sort->addItem(tr("By class"), int(RowSort::Class));
    m_sort->addItem(tr("By confidence"), int(RowSort::Confidence));
    m_sort->addItem(tr("By date"), int(RowSort::Date));
    m_direction->setCheckable(true);
    m_group->setObjectName(QStringLiteral("groupBox"));
    m_group->setAccessibleName(tr("Group by"));
    m_group->addItem(tr("No groups"), int(RowGrouping::None));
    m_group->addItem(tr("Group: class"), int(RowGrouping::Class));
    m_group->addItem(tr("Group: folder"), int(RowGrouping::Folder));
    connect(m_sort, &QComboBox::activated, this, &FilterBar::orderEdited);
    connect(m_group, &QComboBox::activated, this, &FilterBar::orderEdited);
    connect(m_direction, &QToolButton::clicked, this, &FilterBar::orderEdited);

    m_refresh->setToolTip(tr("Put in order again (F5)"));
    m_refresh->setAccessibleName(tr("Put in order again"));
    m_refresh->setEnabled(false);
    connect(m_refresh, &QToolButton::clicked, this, &FilterBar::refreshRequested);

    m_size->setObjectName(QStringLiteral("sizeSlider"));
    m_size->setAccessibleName(tr("Size of the thumbnails"));
    m_size->setToolTip(tr("Size of the thumbnails (Ctrl++, Ctrl+−)"));
    m_size->setRange(ImageGridView::kMinimumTile, ImageGridView::kMaximumTile);
    m_size->setPageStep(32);
    m_size->setFixedWidth(80);
    connect(m_size, &QSlider::valueChanged, this, &FilterBar::tileSizeChosen);

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 6, 8, 6);
    layout->setSpacing(6);
    layout->addWidget(m_search, 1);
    layout->addWidget(m_state);
    layout->addWidget(m_confidence);
    layout->addWidget(m_sort);
    layout->addWidget(m_direction);
    layout->addWidget(m_group);
    layout->addWidget(m_refresh);
    layout->addWidget(m_size);
    showOrder({});
    showFilter({});
}

QSize FilterBar::minimumSizeHint() const
{
    const QSize whole = layout()->minimumSize();
    int optional = 0;
    for (const QWidget* widget : {static_cast<QWidget*>(m_refresh), static_cast<QWidget*>(m_size)})
        if (!widget->isHidden())
            optional += layout()->spacing() + qMax(widget->minimumWidth(), widget->minimumSizeHint().width());
    return {whole.width() - optional, whole.height()};
}

void FilterBar::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    int room = width() - minimumSizeHint().width();
    for (QWidget* widget : {static_cast<QWidget*>(m_size), static_cast<QWidget*>(m_refresh)}) {
        room -= layout()->spacing() + widget->sizeHint().width();
        widget->setVisible(room >= 0);
    }
}

void FilterBar::buildConfidence()
{
    m_confidence->setPopupMode(QToolButton::InstantPopup);
    m_confidence->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_confidence->setAccessibleName(tr("Confidence"));
    auto* menu = new QMenu(m_confidence);
    auto* body = new QWidget(menu);
    auto* grid = new QGridLayout(body);
    grid->setContentsMargins(12, 12, 12, 12);
    grid->setSpacing(8);
    const auto field = [&](const QString& text, const char* name, int row, int value) {
        auto* spin = new QSpinBox(body);
        spin->setObjectName(QLatin1String(name));
        spin->setRange(0, 100);
        spin->setSingleStep(5);
        spin->setSuffix(tr(" %"));
        spin->setValue(value);
        auto* label = new QLabel(text, body);
        label->setBuddy(spin);
        grid->addWidget(label, row, 0);
        grid->addWidget(spin, row, 1);
        connect(spin, &QSpinBox::valueChanged, this, &FilterBar::confidenceEdited);
        return spin;
    };
    m_from = field(tr("&From"), "confidenceFrom", 0, 0);
    m_to = field(tr("&To"), "confidenceTo", 1, 100);
    auto* any = new QPushButton(tr("Any confidence"), body);
    any->setAutoDefault(false);
    connect(any, &QPushButton::clicked, this, [this, menu] {
        {
            const QSignalBlocker blockFrom(m_from);
            const QSignalBlocker blockTo(m_to);
            m_from->setValue(0);
            m_to->setValue(100);
        }
        confidenceEdited();
        menu->close();
    });
    grid->addWidget(any, 2, 0, 1, 2);
    auto* action = new QWidgetAction(menu);
    action->setDefaultWidget(body);
    menu->addAction(action);
    connect(menu, &QMenu::aboutToShow, m_from, [this] { m_from->setFocus(Qt::PopupFocusReason); });
    m_confidence->setMenu(menu);
}

void FilterBar::confidenceEdited()
{
    Q_EMIT confidenceChosen(float(m_from->value()) / 100.0F, float(m_to->value()) / 100.0F);
}

void FilterBar::orderEdited()
{
    m_order.sort = static_cast<RowSort>(m_sort->currentData().toInt());
    m_order.grouping = static_cast<RowGrouping>(m_group->currentData().toInt());
    m_order.descending = m_direction->isChecked();
    showOrder(m_order);
    Q_EMIT orderChosen(m_order);
}

void FilterBar::showFilter(const RowFilter& filter)
{
    if (m_search->text().trimmed() != filter.text.trimmed()) {
        const QSignalBlocker block(m_search);
        m_search->setText(filter.text);
    }
    m_state->setCurrentIndex(qMax(0, m_state->findData(int(filter.states))));
    const int from = int(std::lround(filter.minConfidence * 100));
    const int to = int(std::lround(filter.maxConfidence * 100));
    const QSignalBlocker blockFrom(m_from);
    const QSignalBlocker blockTo(m_to);
    m_from->setValue(from);
    m_to->setValue(to);
    m_confidence->setText(from == 0 && to == 100
                              ? tr("Confidence ▾")
                              : tr("%1–%2 % ▾").arg(formatCount(from), formatCount(to)));
}

void FilterBar::showOrder(const RowOrder& order)
{
    m_order = order;
    m_sort->setCurrentIndex(m_sort->findData(int(order.sort)));
    m_group->setCurrentIndex(m_group->findData(int(order.grouping)));
    m_direction->setChecked(order.descending);
    m_direction->setIcon(icon(order.descending ? QStringLiteral("sort-descending")
                                               : QStringLiteral("sort-ascending")));
    const QString text = order.descending ? tr("Largest or latest first") : tr("Smallest or earliest first");
    m_direction->setToolTip(text);
    m_direction->setAccessibleName(text);
}

void FilterBar::showTileSize(int side)
{
    const QSignalBlocker block(m_size);
    m_size->setValue(side);
}

void FilterBar::setStale(bool stale) { m_refresh->setEnabled(stale); }

void FilterBar::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

bool FilterBar::eventFilter(QObject* object, QEvent* event)
{
    // Escape empties the field, then leaves it; Enter and Down go on to the grid.
    if (object == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Escape && !m_search->text().isEmpty()) {
            m_search->clear();
            return true;
        }
        if (key == Qt::Key_Escape || key == Qt::Key_Down || key == Qt::Key_Return
            || key == Qt::Key_Enter) {
            m_searchTimer.stop();
            Q_EMIT textChosen(m_search->text());
            Q_EMIT searchLeft();
            return true;
        }
    }
    return QWidget::eventFilter(object, event);
}

} // namespace ir::ui
