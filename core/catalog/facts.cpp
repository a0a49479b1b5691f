#include "catalog/filetable_p.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <array>
#include <utility>

namespace ir::catalog {

namespace {

// The keys are DICOM keywords (PS3.6) where there is one.
constexpr std::array<std::pair<const char*, std::string ImageFacts::*>, 19> texts{{
    {"SOPInstanceUID", &ImageFacts::sopInstanceUid},
    {"SOPClassUID", &ImageFacts::sopClassUid},
    {"SeriesInstanceUID", &ImageFacts::seriesInstanceUid},
    {"StudyInstanceUID", &ImageFacts::studyInstanceUid},
    {"Modality", &ImageFacts::modality},
    {"BodyPartExamined", &ImageFacts::bodyPartExamined},
    {"ViewPosition", &ImageFacts::viewPosition},
    {"StudyDescription", &ImageFacts::studyDescription},
    {"SeriesDescription", &ImageFacts::seriesDescription},
    {"StudyDate", &ImageFacts::studyDate},
    {"PatientName", &ImageFacts::patientName},
    {"PatientID", &ImageFacts::patientId},
    {"PatientSex", &ImageFacts::patientSex},
    {"PatientAge", &ImageFacts::patientAge},
    {"PatientBirthDate", &ImageFacts::patientBirthDate},
    {"Manufacturer", &ImageFacts::manufacturer},
    {"ManufacturerModelName", &ImageFacts::manufacturerModelName},
    {"PhotometricInterpretation", &ImageFacts::photometricInterpretation},
    {"TransferSyntaxUID", &ImageFacts::transferSyntax},
}};

constexpr std::array<std::pair<const char*, int ImageFacts::*>, 4> numbers{{
    {"Rows", &ImageFacts::rows},
    {"Columns", &ImageFacts::columns},
    {"NumberOfFrames", &ImageFacts::frames},
    {"BitsStored", &ImageFacts::bitsStored},
}};

} // namespace

QString factsToJson(const ImageFacts& facts)
{
    QJsonObject object;
    for (const auto& [key, member] : texts) {
        if (const std::string& value = facts.*member; !value.empty())
            object.insert(QLatin1String(key), QString::fromStdString(value));
    }
    for (const auto& [key, member] : numbers)
        object.insert(QLatin1String(key), facts.*member);
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

ImageFacts factsFromJson(const QString& json)
{
    const QJsonObject object = QJsonDocument::fromJson(json.toUtf8()).object();
    ImageFacts facts;
    for (const auto& [key, member] : texts)
        facts.*member = object.value(QLatin1String(key)).toString().toStdString();
    for (const auto& [key, member] : numbers)
        facts.*member = object.value(QLatin1String(key)).toInt(facts.*member);
    return facts;
}

} // namespace ir::catalog
