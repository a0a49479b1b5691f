#pragma once

#include "browser/displayloader.h"
#include "evaluation/comparisonrun.h"
#include "nn/manifest.h"
#include "style/classstyle.h"

#include <QVector>
#include <QWidget>

#include <map>
#include <memory>
#include <vector>

class QLabel;

namespace ir::ui {

class ImageCanvas;
class KeyBar;
class PictureStore;

/// The images of a cell of a confusion matrix, large, one after another: is the model wrong, or the label? Keys say
/// what an image really shows. Labels of an archive are corrected in the archive; of a manifest, whose file is never
/// changed, corrections are collected for a file of their own (Manifest::correct()).
class SpotCheckPage : public QWidget
{
    Q_OBJECT

public:
    explicit SpotCheckPage(DisplayLoader loader, QWidget* parent = nullptr);

    /// Forgets the corrections, and what was shown. `ofCatalog`: the images are an archive's.
    void setRun(std::shared_ptr<const ComparisonRun> run, bool ofCatalog);
    /// Rows of run->evaluations[model]; shows rows[current] and takes the keyboard focus.
    void showRows(std::size_t model, std::vector<std::size_t> rows, std::size_t current, const ClassStyles& styles);

    /// How many labels are corrected.
    [[nodiscard]] std::size_t count() const { return m_corrections.size(); }
    /// For addCorrections(): those of now, and those taken back since they were saved.
    [[nodiscard]] std::vector<Correction> corrections() const;
    [[nodiscard]] bool hasUnsaved() const { return m_corrections != m_saved; }
    void setSaved();

Q_SIGNALS:
    void closed();
    void correctionsChanged();
    void fileRequested(const QString& path); ///< to be corrected in the archive

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    [[nodiscard]] const Evaluation& evaluation() const;
    [[nodiscard]] const Evaluation::Row& row() const;
    [[nodiscard]] ClassStyle styleOf(const std::string& label) const;
    void move(int step);
    /// `label`: a class, or "exclude".
    void decide(const QString& label);
    void takeBack();
    void showRow();
    void wish();

    std::shared_ptr<const ComparisonRun> m_run;
    bool m_ofCatalog = false;
    std::size_t m_model = 0;
    std::vector<std::size_t> m_rows;
    std::size_t m_current = 0; ///< in m_rows
    ClassStyles m_styles;
    std::map<std::string, Correction> m_corrections; ///< by path
    std::map<std::string, Correction> m_saved;       ///< as they were then
    PictureStore* m_pictures;
    ImageCanvas* m_canvas;
    QLabel* m_file;
    KeyBar* m_keys;
    QVector<QWidget*> m_correcting; ///< keys that are not for an archive
    QWidget* m_inArchive = nullptr; ///< the key that is for an archive alone
};

} // namespace ir::ui
