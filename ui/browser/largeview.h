#pragma once

#include "browser/displayloader.h"
#include "catalog/records.h"

#include <QCache>
#include <QImage>
#include <QPointer>
#include <QSet>
#include <QThreadPool>
#include <QVector>
#include <QWidget>

namespace ir::ui {

class ImageListModel;
class ThumbnailProvider;

/// One image as large as the widget, in the grid's order. A page of the main window's stack, or any child.
/// Shows the thumbnail until the image is decoded (on a worker), and decodes the neighbours ahead. Knows no
/// catalog: keys go up as signals, for fileId() and imageId().
class LargeView : public QWidget
{
    Q_OBJECT

public:
    /// `thumbnails` (may be nullptr) and `model` are not owned and outlive the view.
    LargeView(ImageListModel* model, ThumbnailProvider* thumbnails, DisplayLoader loader,
              QWidget* parent = nullptr);
    ~LargeView() override;

    /// Shows a file; nothing happens where the grid does not show it. Takes the keyboard focus.
    void open(FileId id);
    [[nodiscard]] FileId fileId() const { return m_file; } ///< 0: none
    [[nodiscard]] ImageId imageId() const;                 ///< 0: none, or not read yet
    /// Whether the image itself, not its thumbnail, is on the screen.
    [[nodiscard]] bool isSharp() const;
    /// Forgets the image and what was decoded ahead (the folder is closed).
    void clear();

Q_SIGNALS:
    void closed(qint64 fileId); ///< Esc or Space; the file shown last
    void fileChanged(qint64 fileId);
    void classKeyPressed(int number); ///< 1–9, as the key says
    void classLetterPressed(const QString& letter); ///< A–Z, with Shift
    void acceptRequested();
    void clearLabelRequested();
    void undoRequested();
    void redoRequested();

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;

private:
    struct Held
    {
        QImage image;
        QString reason;
        int side = 0;
    };

    [[nodiscard]] QRect imageArea() const;
    [[nodiscard]] int wantedSide() const; ///< device pixels
    [[nodiscard]] const FileSummary* file() const;
    void step(int by);
    void showRow(int row);
    void request();
    void startNext();
    void arrived(FileId id, const Held& held, int generation);
    void paintCaption(QPainter* painter, const QRect& rect, const FileSummary& file) const;

    QPointer<ImageListModel> m_model;
    ThumbnailProvider* m_thumbnails;
    DisplayLoader m_loader;
    QThreadPool m_pool;
    QCache<FileId, Held> m_held; ///< the image shown and its neighbours; cost: bytes
    QVector<FileId> m_waiting;   ///< next at the end
    QSet<FileId> m_inFlight;
    int m_running = 0;
    FileId m_file = 0;
    int m_row = -1; ///< where the file was last seen, should it leave the list
    int m_generation = 0;
    int m_wheelDelta = 0;
};

} // namespace ir::ui
