#include "pipeline/correctionset.h"

#include <QFile>
#include <QFileInfo>
#include <QSet>

namespace ir {

namespace {

constexpr qsizetype replayCandidates = 200; ///< of a class; fineTune() takes fewer
constexpr double trustedDevice = 0.1;       ///< wrong among its labelled images, at most

std::string groupOf(const ImageFacts& facts)
{
    return facts.patientId.empty() ? facts.studyInstanceUid : facts.patientId;
}

/// What images may share beside their patient: the machine, or the folder where headers are silent.
std::string deviceOf(const FileSummary& file, const ImageFacts& facts)
{
    const std::string machine = facts.manufacturer + "\n" + facts.manufacturerModelName;
    return machine.size() > 1 ? machine : QFileInfo(file.path).path().toStdString();
}

std::filesystem::path pathOf(const FileSummary& file)
{
    return QFile::encodeName(file.path).constData();
}

/// Of one image a label, by the prediction it was given on.
bool wasCorrected(const FileDetails& details)
{
    for (auto event = details.history.crbegin(); event != details.history.crend(); ++event)
        if (event->label == details.summary.label)
            return event->predictedClass != event->label;
    return details.summary.isCorrected();
}

class Collector
{
public:
    Collector(const Catalog& catalog, const std::stop_token& stop) : m_catalog(catalog), m_stop(stop) {}

    Result<CorrectionSet> collect(const QString& folder)
    {
        const auto files = m_catalog.files(folder);
        if (!files)
            return tl::unexpected(files.error());
        std::map<QString, QVector<FileSummary>> untouched;
        QSet<ImageId> seen;
        for (const FileSummary& file : *files) {
            if (file.imageId == 0 || seen.contains(file.imageId))
                continue;
            if (!file.label.isEmpty()) {
                if (auto added = addLabelled(file, seen); !added)
                    return tl::unexpected(added.error());
            } else if (!file.predictedClass.isEmpty()) {
                seen.insert(file.imageId);
                untouched[file.predictedClass].push_back(file);
            }
        }
        for (const auto& [name, candidates] : untouched)
            if (auto added = addReplay(candidates); !added)
                return tl::unexpected(added.error());
        return std::move(m_set);
    }

private:
    Result<FileDetails> detailsOf(const FileSummary& file) const
    {
        if (m_stop.stop_requested())
            return failure("Stopped.");
        return m_catalog.details(file.id);
    }

    Result<void> addLabelled(const FileSummary& file, QSet<ImageId>& seen)
    {
        if (!QFile::exists(file.path)) { // perhaps at another of its paths
            ++m_set.missing;
            return {};
        }
        seen.insert(file.imageId);
        const auto details = detailsOf(file);
        if (!details)
            return tl::unexpected(details.error());
        const bool corrected = wasCorrected(*details);
        const std::string label = file.label.toStdString();
        m_set.images.push_back({pathOf(file), label, groupOf(details->facts), corrected});
        CorrectionSet::Count& count = m_set.countOf[label];
        ++(corrected ? count.corrected : count.confirmed);
        if (!details->history.isEmpty())
            ++m_set.countOfReader[details->history.last().reader.toStdString()];
        CorrectionSet::Count& device = m_countOfDevice[deviceOf(file, details->facts)];
        ++(corrected ? device.corrected : device.confirmed);
        return {};
    }

    /// Some of the untouched images of one class, spread over the list, which is in the order of paths.
    Result<void> addReplay(const QVector<FileSummary>& candidates)
    {
        const qsizetype step = std::max<qsizetype>(1, candidates.size() / replayCandidates);
        for (qsizetype i = 0; i < candidates.size(); i += step) {
            const FileSummary& file = candidates[i];
            const auto details = detailsOf(file);
            if (!details)
                return tl::unexpected(details.error());
            const auto device = m_countOfDevice.find(deviceOf(file, details->facts));
            const bool doubted = device != m_countOfDevice.end() &&
                                 static_cast<double>(device->second.corrected) >
                                     trustedDevice * static_cast<double>(device->second.all());
            if (!doubted && QFile::exists(file.path))
                m_set.replay.push_back({pathOf(file), {}, groupOf(details->facts), {}});
        }
        return {};
    }

    const Catalog& m_catalog;
    const std::stop_token& m_stop;
    CorrectionSet m_set;
    std::map<std::string, CorrectionSet::Count> m_countOfDevice;
};

} // namespace

std::size_t CorrectionSet::corrected() const
{
    std::size_t sum = 0;
    for (const auto& [name, count] : countOf)
        sum += count.corrected;
    return sum;
}

std::size_t CorrectionSet::confirmed() const
{
    std::size_t sum = 0;
    for (const auto& [name, count] : countOf)
        sum += count.confirmed;
    return sum;
}

Result<CorrectionSet> correctionsOf(const Catalog& catalog, const QString& folder,
                                    const std::stop_token& stop)
{
    return Collector(catalog, stop).collect(folder);
}

} // namespace ir
