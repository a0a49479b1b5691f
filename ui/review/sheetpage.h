#pragma once

#include "catalog/records.h"
#include "review/deskpage.h"
#include "review/readingdesk.h"

#include <QHash>

#include <memory>

class QComboBox;
class QLabel;

namespace ir::ui {

class PictureGrid;

/// Twenty images at once, all presumed to be of one class: what is not is clicked away or given its class, Enter labels
/// the sheet. Exceptions without a class are skipped: they come again at the end.
class SheetPage : public DeskPage
{
    Q_OBJECT

public:
    static constexpr int columns = 5;
    static constexpr int rows = 4;

    /// `session` outlives the page.
    SheetPage(ReviewSession* session, const DisplayLoader& loader, QWidget* parent = nullptr);
    ~SheetPage() override;

    /// Of the open project, where this reader stopped. Takes the keyboard focus.
    void start(const QString& reader, int round);
    void stop();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    /// Of an image that is not of the presumed class.
    struct Exception
    {
        QString label; ///< empty: see isUnsure
        bool isUnsure = false;
    };

    [[nodiscard]] bool isWorking() const override { return m_desk != nullptr; }
    void projectChanged() override { nextSheet(); }
    void chooseClass(const QString& name) override;
    void chooseClassOfAll(const QString& name) override;
    void presumedChanged();
    [[nodiscard]] bool isPresumed(std::int64_t image) const;
    void toggle(int index);
    void except(const Exception& exception);
    void accept();
    void undo();
    void nextSheet();
    void showSheet();
    void showTile(int index);
    void updateProgress();

    QComboBox* m_presumed;
    QLabel* m_hint;
    PictureGrid* m_grid;
    std::unique_ptr<ReadingDesk> m_desk;
    std::vector<std::int64_t> m_sheet;
    std::vector<std::int64_t> m_before; ///< the sheet labelled last, in the order in which it was
    QHash<ImageId, Exception> m_exceptions;
};

} // namespace ir::ui
