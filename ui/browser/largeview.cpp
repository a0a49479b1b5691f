#include "browser/largeview.h"

#include "browser/classchip.h"
#include "browser/grayqimage.h"
#include "browser/imagekeys.h"
#include "browser/imagelistmodel.h"
#include "browser/thumbnailprovider.h"

#include <QLocale>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace ir::ui {

namespace {

constexpr int kCaption = 40;
constexpr int kMargin = 8;
constexpr int kWorkers = 2; ///< the image shown, and one ahead
constexpr qsizetype kHeldBytes = 96 << 20;
constexpr int kSideStep = 256; ///< a window a little larger needs no new decoding

} // namespace

LargeView::LargeView(ImageListModel* model, ThumbnailProvider* thumbnails, DisplayLoader loader,
                     QWidget* parent)
    : QWidget(parent), m_model(model), m_thumbnails(thumbnails), m_loader(std::move(loader)),
      m_held(kHeldBytes)
{
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    m_pool.setMaxThreadCount(kWorkers);
    connect(model, &QAbstractItemModel::dataChanged, this, qOverload<>(&QWidget::update));
    connect(model, &QAbstractItemModel::rowsInserted, this, qOverload<>(&QWidget::update));
    connect(model, &QAbstractItemModel::modelReset, this, qOverload<>(&QWidget::update));
    if (thumbnails != nullptr)
        connect(thumbnails, &ThumbnailProvider::found, this, qOverload<>(&QWidget::update));
}

LargeView::~LargeView()
{
    m_waiting.clear();
    m_pool.clear();
    m_pool.waitForDone();
}

void LargeView::open(FileId id)
{
    if (const int row = m_model->rowOfFile(id); row >= 0) {
        setFocus();
        showRow(row);
    }
}

void LargeView::clear()
{
    ++m_generation;
    m_waiting.clear();
    m_inFlight.clear();
    m_held.clear();
    m_file = 0;
    m_row = -1;
    update();
}

const FileSummary* LargeView::file() const
{
    return m_model ? m_model->findFile(m_file) : nullptr;
}

ImageId LargeView::imageId() const
{
    const FileSummary* shown = file();
    return shown == nullptr ? 0 : shown->imageId;
}

bool LargeView::isSharp() const
{
    const Held* held = m_held.object(m_file);
    return held != nullptr && !held->image.isNull();
}

void LargeView::showRow(int row)
{
    m_row = row;
    const FileId id = m_model->fileAt(row).id;
    const bool changed = std::exchange(m_file, id) != id;
    setAccessibleName(m_model->spokenText(row));
    request();
    update();
    if (changed)
        Q_EMIT fileChanged(id);
}

void LargeView::step(int by)
{
    const int rows = m_model->rowCount();
    if (rows == 0)
        return;
    const int row = m_model->rowOfFile(m_file);
    // A file that left the list left its place to the next one.
    int target = row >= 0 ? row + by : m_row + (by > 0 ? by - 1 : by);
    target = std::clamp(target, 0, rows - 1);
    if (target != row)
        showRow(target);
}

// Loading

QRect LargeView::imageArea() const
{
    return rect().adjusted(kMargin, kMargin, -kMargin, -kMargin - kCaption);
}

int LargeView::wantedSide() const
{
    const QSize area = imageArea().size();
    const auto side = static_cast<int>(std::ceil(std::max(area.width(), area.height()) * devicePixelRatioF()));
    return std::max(1, (side + kSideStep - 1) / kSideStep) * kSideStep;
}

void LargeView::request()
{
    m_waiting.clear();
    if (m_file == 0 || !m_model)
        return;
    const int row = m_model->rowOfFile(m_file);
    for (const int near : {row, row + 1, row - 1}) {
        if (row < 0 || near < 0 || near >= m_model->rowCount())
            continue;
        const FileSummary& summary = m_model->fileAt(near);
        const Held* held = m_held.object(summary.id);
        const bool settled = held != nullptr && held->side >= wantedSide();
        if (!settled && !m_inFlight.contains(summary.id) && summary.status != FileStatus::Unreadable)
            m_waiting.prepend(summary.id);
    }
    startNext();
}

void LargeView::startNext()
{
    while (!m_waiting.isEmpty() && m_running < kWorkers) {
        const FileId id = m_waiting.takeLast();
        const FileSummary* summary = m_model ? m_model->findFile(id) : nullptr;
        if (summary == nullptr)
            continue;
        m_inFlight.insert(id);
        ++m_running;
        m_pool.start([this, id, path = summary->path, side = wantedSide(), loader = m_loader,
                      generation = m_generation] {
            Held held{{}, {}, side};
            if (const Result<GrayImage> image = loader(path, side))
                held.image = toQImage(*image);
            else
                held.reason = QString::fromStdString(image.error().message);
            // The destructor waits for the pool, so that `this` is alive; events to it die with it.
            QMetaObject::invokeMethod(
                this, [this, id, held, generation] { arrived(id, held, generation); },
                Qt::QueuedConnection);
        });
    }
}

void LargeView::arrived(FileId id, const Held& held, int generation)
{
    --m_running;
    if (generation == m_generation) {
        m_inFlight.remove(id);
        m_held.insert(id, new Held(held), std::max<qsizetype>(1, held.image.sizeInBytes()));
        if (id == m_file)
            update();
    }
    startNext();
}

// Painting

void LargeView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), color(Role::Canvas, Scheme::Dark));
    const FileSummary* shown = file();
    if (shown == nullptr)
        return;
    const QRect area = imageArea();
    QImage image;
    QString reason = shown->reason;
    if (const Held* held = m_held.object(m_file)) {
        image = held->image;
        reason = held->reason.isEmpty() ? reason : held->reason;
    } else if (m_thumbnails != nullptr) {
        image = m_thumbnails->find({shown->path, shown->size, shown->mtimeNs}).image;
    }
    if (!image.isNull()) {
        QSizeF size = image.size();
        size.scale(area.size(), Qt::KeepAspectRatio);
        QRectF target(QPointF(), size);
        target.moveCenter(QRectF(area).center());
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.drawImage(target, image);
    } else if (!reason.isEmpty()) {
        paintMark(&painter, QRectF(QRectF(area).center() + QPointF(-16, -56), QSizeF(32, 32)),
                  Mark::Unreadable);
        QFont font = this->font();
        font.setPixelSize(kTitleFont);
        painter.setFont(font);
        painter.setPen(color(Role::Text, Scheme::Dark));
        QRect text(0, 0, std::min(560, area.width()), area.height() / 2);
        text.moveCenter(area.center());
        text.moveTop(area.center().y());
        painter.drawText(text, Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, reason);
    }
    paintCaption(&painter, QRect(0, height() - kCaption, width(), kCaption), *shown);
}

void LargeView::paintCaption(QPainter* painter, const QRect& rect, const FileSummary& shown) const
{
    painter->fillRect(rect, color(Role::Chrome));
    QFont font = this->font();
    font.setPixelSize(kBodyFont);
    painter->setFont(font);
    QRect rest = rect.adjusted(12, 0, -12, 0);
    const auto write = [&](const QString& text, Role role, int gap) {
        painter->setPen(color(role));
        painter->drawText(rest, Qt::AlignLeft | Qt::AlignVCenter, text);
        rest.setLeft(rest.left() + painter->fontMetrics().horizontalAdvance(text) + gap);
    };
    if (const QString& name = shown.finalClass(); !name.isEmpty()) {
        const ClassStyle style = m_model->classStyles().of(name);
        const QRect chip(rest.left(), rect.center().y() - 9, chipWidth(20), 20);
        paintClassChip(painter, chip, style, certaintyOf(shown));
        rest.setLeft(chip.right() + 9);
        write(style.display, Role::Text, 12);
        if (!shown.predictedClass.isEmpty())
            write(tr("%1 %").arg(std::lround(shown.confidence * 100)), Role::DimText, 12);
        if (shown.isCorrected())
            write(tr("corrected"), Role::DimText, 12);
        else if (shown.isConfirmed())
            write(tr("confirmed"), Role::DimText, 12);
        else if (shown.isReviewNeeded())
            write(tr("needs review"), Role::Review, 12);
    }
    const int row = m_model->rowOfFile(m_file);
    const QLocale locale;
    const QString position = row < 0 ? QString()
                                     : tr("%1 of %2").arg(locale.toString(row + 1),
                                                          locale.toString(m_model->rowCount()));
    painter->setPen(color(Role::DimText));
    painter->drawText(rest, Qt::AlignRight | Qt::AlignVCenter, position);
    rest.setRight(rest.right() - painter->fontMetrics().horizontalAdvance(position) - 16);
    const QString name = shown.path.mid(shown.path.lastIndexOf(u'/') + 1);
    painter->drawText(rest, Qt::AlignRight | Qt::AlignVCenter,
                      painter->fontMetrics().elidedText(name, Qt::ElideMiddle, rest.width()));
}

// Keys and pointer

void LargeView::keyPressEvent(QKeyEvent* event)
{
    if (emitImageAction(this, event))
        return;
    switch (event->key()) {
    case Qt::Key_Escape:
    case Qt::Key_Space:
        Q_EMIT closed(m_file);
        break;
    case Qt::Key_Right:
    case Qt::Key_Down:
    case Qt::Key_PageDown:
        step(1);
        break;
    case Qt::Key_Left:
    case Qt::Key_Up:
    case Qt::Key_PageUp:
        step(-1);
        break;
    case Qt::Key_Home:
        step(-m_model->rowCount());
        break;
    case Qt::Key_End:
        step(m_model->rowCount());
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

void LargeView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    request();
}

void LargeView::wheelEvent(QWheelEvent* event)
{
    m_wheelDelta += event->angleDelta().y();
    const int steps = m_wheelDelta / QWheelEvent::DefaultDeltasPerStep;
    m_wheelDelta -= steps * QWheelEvent::DefaultDeltasPerStep;
    if (steps != 0)
        step(-steps);
    event->accept();
}

void LargeView::mouseDoubleClickEvent(QMouseEvent*)
{
    Q_EMIT closed(m_file);
}

} // namespace ir::ui
