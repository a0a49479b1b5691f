#include "pipeline/projectfiles.h"

#include "base/csv.h"

#include <QFile>

#include <array>

namespace ir {

namespace {

const ProjectFile& fileOf(const ProjectFiles& files, std::int64_t image)
{
    static const ProjectFile unknown;
    const auto found = files.find(image);
    return found == files.end() ? unknown : found->second;
}

} // namespace

Result<ProjectFiles> filesOf(const Catalog& catalog, const ReviewPlan& plan)
{
    const auto all = catalog.files({});
    if (!all)
        return tl::unexpected(all.error());
    ProjectFiles files;
    for (const ReviewImage& image : plan.images)
        files[image.id];
    QVector<FileId> ids;
    QHash<FileId, ImageId> imageOf;
    for (const FileSummary& file : *all) {
        const auto known = files.find(file.imageId);
        if (known == files.end() || !known->second.path.empty())
            continue;
        known->second.path = QFile::encodeName(file.path).toStdString();
        known->second.sopInstanceUid = file.sopInstanceUid.toStdString();
        ids.append(file.id);
        imageOf.insert(file.id, file.imageId);
    }
    const auto origins = catalog.origins(ids);
    if (!origins)
        return tl::unexpected(origins.error());
    for (auto it = origins->begin(); it != origins->end(); ++it) {
        ProjectFile& file = files[imageOf.value(it.key())];
        file.digest = it->digest;
        file.group = it->patientId.empty() ? it->studyInstanceUid : it->patientId;
    }
    return files;
}

std::string nameOf(const ProjectFiles& files, std::int64_t image)
{
    const ProjectFile& file = fileOf(files, image);
    if (!file.path.empty())
        return file.path.string();
    if (!file.sopInstanceUid.empty())
        return file.sopInstanceUid;
    return file.digest.empty() ? std::to_string(image) : file.digest;
}

std::string finalLabelTable(const ReviewProject& project, const ProjectFiles& files)
{
    std::string text = csvLine({"path", "sop_instance_uid", "digest", "label", "decision",
                                "reader_1", "label_1", "reader_2", "label_2"});
    for (const ReviewImage& image : project.plan().images) {
        const ProjectFile& file = fileOf(files, image.id);
        const ReviewFinal found = project.finalLabel(image.id);
        const ReviewReading first = project.reading(image.id, 1);
        const ReviewReading second = project.reading(image.id, 2);
        text += csvLine({file.path.string(), file.sopInstanceUid, file.digest, found.label,
                         toString(found.decision), first.reader, first.label, second.reader,
                         second.label});
    }
    return text;
}

std::string roundsTable(const ReviewProject& project, const ProjectFiles& files)
{
    std::unordered_map<std::int64_t, std::string> adjudicator; // of the decision that counts
    for (const ReviewEvent& event : project.log())
        if (event.act == ReviewAct::Adjudicate)
            adjudicator[event.image] = event.reader;
    std::string text = csvLine({"image", "sop_instance_uid", "digest", "reader", "round", "label"});
    for (const ReviewImage& image : project.plan().images) {
        const ProjectFile& file = fileOf(files, image.id);
        const std::string name = nameOf(files, image.id);
        const auto add = [&](const std::string& reader, int round, const std::string& label) {
            text += csvLine(
                {name, file.sopInstanceUid, file.digest, reader, std::to_string(round), label});
        };
        for (const int round : {1, 2})
            if (const ReviewReading reading = project.reading(image.id, round);
                reading.stand == ReviewReading::Stand::Labelled)
                add(reading.reader, round, reading.label);
        if (const ReviewFinal found = project.finalLabel(image.id);
            found.decision == ReviewDecision::Adjudicated)
            add(adjudicator[image.id], adjudicationRound, found.label);
        if (const ReviewReading reading = project.reading(image.id, repeatRound);
            reading.stand == ReviewReading::Stand::Labelled)
            add(reading.reader, repeatRound, reading.label);
    }
    return text;
}

const char* toString(ReviewDecision decision)
{
    constexpr std::array names{"none", "single", "agreed", "adjudicated"}; // as ReviewDecision
    return names[static_cast<std::size_t>(decision)];
}

} // namespace ir
