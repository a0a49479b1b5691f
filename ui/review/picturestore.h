#pragma once

#include "browser/displayloader.h"
#include "catalog/records.h"

#include <QCache>
#include <QHash>
#include <QImage>
#include <QObject>
#include <QSize>
#include <QThreadPool>
#include <QVector>

namespace ir::ui {

/// Pictures of images, decoded ahead on threads and scaled to where they will be shown, so that showing the next one
/// is only painting. Lives in the GUI thread; destruction waits for the loads in flight.
class PictureStore : public QObject
{
    Q_OBJECT

public:
    struct Wish
    {
        ImageId image = 0;
        QString path; ///< empty: the catalog has no file of it
    };
    struct Picture
    {
        QImage image;   ///< Grayscale8, as large as fits the area; null: see `reason`
        QString reason; ///< one sentence
    };

    explicit PictureStore(DisplayLoader loader, QObject* parent = nullptr);
    ~PictureStore() override;

    /// In device pixels; what was made for another area is made anew when wished for.
    void setArea(const QSize& area);
    /// The present image first, then what is likely to follow. Replaces the last wishes.
    void want(const QVector<Wish>& wishes);
    /// nullptr: not loaded (yet).
    [[nodiscard]] const Picture* find(ImageId image) const;
    void clear();

Q_SIGNALS:
    void found(qint64 image);

private:
    struct Held
    {
        Picture picture;
        QSize area;
    };
    void startNext();
    void arrived(ImageId image, const Held& held, int generation);

    DisplayLoader m_loader;
    QThreadPool m_pool;
    QCache<ImageId, Held> m_held; ///< cost: bytes
    QVector<Wish> m_waiting;      ///< next at the end
    QHash<ImageId, QSize> m_inFlight; ///< the area it is loaded for
    QSize m_area;
    int m_generation = 0;
    int m_running = 0;
};

} // namespace ir::ui
