#pragma once

#include "browser/displayloader.h"
#include "catalog/records.h"
#include "review/readingdesk.h"
#include "review/stopwatch.h"
#include "style/classstyle.h"

#include <QHash>
#include <QWidget>

#include <memory>

class QComboBox;
class QLabel;
class QProgressBar;
class QStackedWidget;

namespace ir::ui {

class EmptyState;
class KeyBar;
class PictureGrid;
class PictureStore;
class ReviewSession;

/// Twenty images at once, all presumed to be of one class: what is not is clicked away or given its class, Enter labels
/// the sheet. Exceptions without a class are skipped: they come again at the end.
class SheetPage : public QWidget
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

Q_SIGNALS:
    void left(); ///< Esc
    void problem(const QString& message);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    /// Of an image that is not of the presumed class.
    struct Exception
    {
        QString label; ///< empty: see isUnsure
        bool isUnsure = false;
    };

    void buildKeys();
    bool runKey(int key, Qt::KeyboardModifiers modifiers);
    void presume(const QString& name);
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

    ReviewSession* m_session;
    PictureStore* m_pictures;
    QProgressBar* m_progress;
    QComboBox* m_presumed;
    QLabel* m_hint;
    QStackedWidget* m_stack;
    PictureGrid* m_grid;
    EmptyState* m_empty;
    KeyBar* m_keys;
    ClassStyles m_styles;
    std::unique_ptr<ReadingDesk> m_desk;
    std::vector<std::int64_t> m_sheet;
    std::vector<std::int64_t> m_before; ///< the sheet labelled last, in the order in which it was
    QHash<ImageId, Exception> m_exceptions;
    Stopwatch m_watch;
};

} // namespace ir::ui
