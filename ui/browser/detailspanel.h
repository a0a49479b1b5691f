#pragma once

#include "browser/previewpane.h"
#include "browser/reviewtraces.h"

#include <memory>

class QLabel;
class QSplitter;

namespace ir::ui {

class ClassChip;
class FactsView;
class ImageListModel;
class ProbabilityBars;

/// The right panel: the current image, what the model and people say of it, its facts.
class DetailsPanel : public QWidget
{
    Q_OBJECT

public:
    DetailsPanel(ImageListModel* images, ThumbnailProvider* thumbnails, DisplayLoader loader,
                 QWidget* parent = nullptr);

    /// At once from what the grid knows; showDetails() completes it.
    void showFile(const FileSummary& file);
    void showDetails(const FileDetails& details);
    void showTraces(FileId file, const QVector<ReviewTrace>& traces);
    void clear();
    [[nodiscard]] FileId fileId() const { return m_file; }
    [[nodiscard]] QSplitter* splitter() const { return m_splitter; }

Q_SIGNALS:
    void openRequested();

private:
    void showHeadline(const FileSummary& file);

    ImageListModel* m_images;
    QSplitter* m_splitter;
    PreviewPane* m_preview;
    ClassChip* m_chip;
    QLabel* m_class;
    QLabel* m_state;
    ProbabilityBars* m_bars;
    FactsView* m_facts;
    FileId m_file = 0;
};

} // namespace ir::ui
