#pragma once

#include "browser/largeview.h"
#include "catalog/records.h"

#include <QImage>
#include <QThreadPool>
#include <QTimer>
#include <QWidget>

namespace ir::ui {

class ThumbnailProvider;

/// The selected image, fitted on the canvas: its thumbnail at once, the image itself when a worker has it.
class PreviewPane : public QWidget
{
    Q_OBJECT

public:
    PreviewPane(ThumbnailProvider* thumbnails, DisplayLoader loader, QWidget* parent = nullptr);
    ~PreviewPane() override;

    void showFile(const FileSummary& file);
    void clear();
    [[nodiscard]] QSize sizeHint() const override { return {300, 300}; }

Q_SIGNALS:
    void openRequested();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;

private:
    void load();

    ThumbnailProvider* m_thumbnails;
    DisplayLoader m_loader;
    FileSummary m_file;
    QImage m_image;
    QString m_reason;
    QThreadPool m_pool; // one thread
    QTimer m_delay;     ///< arrow keys held down decode nothing on the way
    int m_generation = 0;
    int m_loadedSide = 0;
};

} // namespace ir::ui
