#pragma once

#include "catalog/catalog.h"
#include "review/readingdesk.h"

#include <QHash>
#include <QObject>
#include <QThreadPool>

#include <deque>
#include <memory>

namespace ir::ui {

/// An annotation project as this desk works on it. What is done here shows at once and is stored behind, in order;
/// what others did since comes with it. Where the catalog refuses what was shown as done (another desk was quicker,
/// the disk is full), the project goes back to what the log says. Lives in the GUI thread.
class ReviewSession : public QObject
{
    Q_OBJECT

public:
    /// `catalog` outlives the session; the files' predictions are those of `modelId` (empty: the latest).
    ReviewSession(Catalog& catalog, std::string modelId, QObject* parent = nullptr);
    /// Waits until everything is stored.
    ~ReviewSession() override;

    /// Reads a project in place of the present one; opened() or failed() follows.
    void open(qint64 review);
    [[nodiscard]] qint64 reviewId() const { return m_review; } ///< 0: none
    [[nodiscard]] bool isOpen() const { return m_project != nullptr; }
    /// Only where isOpen(). The same object until another project is opened.
    [[nodiscard]] const ReviewProject& project() const { return *m_project; }

    /// Does one thing, or refuses it by the rules as this desk knows them.
    Result<void> act(const ReviewEvent& event);
    [[nodiscard]] ReviewDoer doer()
    {
        return [this](const ReviewEvent& event) { return act(event); };
    }
    /// Asks what others did, where nothing is being stored.
    void catchUp();

    /// A file that shows an image of the project or its guideline; id 0: the catalog has none.
    [[nodiscard]] FileSummary fileOf(ImageId image) const { return m_files.value(image); }
    /// Acts that are not on the disk yet.
    [[nodiscard]] qsizetype pending() const { return static_cast<qsizetype>(m_pending.size()); }

Q_SIGNALS:
    void opened();
    void failed(const QString& message); ///< the project could not be read
    /// The project is another than this desk made it: others acted, or something was refused.
    void changed();
    void refused(const QString& message);
    void stored(); ///< nothing is pending

private:
    struct Read;
    struct Report;
    void show(Read read);
    void store(const ReviewEvent& event);
    void take(Report report);
    void goBackTo(ReviewProject truth);

    Catalog& m_catalog;
    std::string m_modelId;
    qint64 m_review = 0;
    std::unique_ptr<ReviewProject> m_project; ///< as shown
    std::shared_ptr<ReviewProject> m_truth;   ///< as stored; the worker's
    std::deque<ReviewEvent> m_pending;        ///< shown, not known to be stored
    QHash<ImageId, FileSummary> m_files;
    int m_request = 0;
    QThreadPool m_worker; ///< one thread
};

/// Now, for events.
[[nodiscard]] std::int64_t reviewNow();

} // namespace ir::ui
