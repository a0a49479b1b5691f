#include "exporting/labelimport.h"

#include "base/atomicfile.h"
#include "base/csv.h"

#include <QByteArray>
#include <QUrl>
#include <QUrlQuery>
#include <QXmlStreamReader>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace ir {

namespace {

using Json = nlohmann::json;

std::string_view firstInk(std::string_view text)
{
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

// CSV

Result<ImportedLabels> parseCsv(std::string_view text)
{
    const auto table = CsvTable::parse(text);
    if (!table)
        return tl::unexpected(table.error());
    const char* const pathColumn = table->hasColumn("path") ? "path" : "image";
    if (!table->hasColumn("label"))
        return failure("The CSV table has no column \"label\".");
    if (!table->hasColumn(pathColumn) && !table->hasColumn("sop_instance_uid") &&
        !table->hasColumn("digest"))
        return failure("The CSV table has none of the columns path, image, sop_instance_uid and "
                       "digest to find "
                       "images by.");
    ImportedLabels result;
    for (std::size_t row = 0; row < table->rows(); ++row) {
        ImportedLabel label{.path = table->at(row, pathColumn),
                            .sopInstanceUid = table->at(row, "sop_instance_uid"),
                            .digest = table->at(row, "digest"),
                            .label = table->at(row, "label"),
                            .reader = table->at(row, "reader"),
                            .place = "row " + std::to_string(row + 2)};
        if (label.label.empty())
            result.skipped.push_back("Row " + std::to_string(row + 2) + " has no label.");
        else
            result.labels.push_back(std::move(label));
    }
    return result;
}

// Label Studio

std::string textOf(const Json& object, const char* name)
{
    const auto found = object.is_object() ? object.find(name) : object.end();
    if (!object.is_object() || found == object.end())
        return {};
    if (found->is_string())
        return found->get<std::string>();
    return found->is_number_integer() ? std::to_string(found->get<std::int64_t>()) : std::string();
}

/// What the server made of a path: "/data/upload/3/1a2b3c4d-IM1.png",
/// "/data/local-files/?d=x/IM1.png".
std::string plainPath(const std::string& value)
{
    const QUrl url(QString::fromStdString(value));
    if (const QUrlQuery query(url); query.hasQueryItem(QStringLiteral("d")))
        return query.queryItemValue(QStringLiteral("d"), QUrl::FullyDecoded).toStdString();
    std::string path = url.isValid() ? url.path(QUrl::FullyDecoded).toStdString() : value;
    if (path.starts_with("/data/upload/")) {
        const std::size_t name = path.rfind('/') + 1;
        const bool hasPrefix =
            path.size() > name + 9 && path[name + 8] == '-' &&
            std::all_of(path.begin() + static_cast<std::ptrdiff_t>(name),
                        path.begin() + static_cast<std::ptrdiff_t>(name) + 8,
                        [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
        path.erase(0, name + (hasPrefix ? 9 : 0));
    }
    return path;
}

std::string imageOf(const Json& data)
{
    for (const char* name : {"image", "path", "dicom", "file"})
        if (const std::string value = textOf(data, name); !value.empty())
            return plainPath(value);
    return {};
}

/// The choices of one annotation, each once.
std::set<std::string> choicesOf(const Json& annotation)
{
    std::set<std::string> choices;
    if (!annotation.contains("result") || !annotation["result"].is_array())
        return choices;
    for (const Json& result : annotation["result"]) {
        if (!result.is_object() || !result.contains("value") || !result["value"].is_object())
            continue;
        const Json& value = result["value"];
        if (value.contains("choices") && value["choices"].is_array())
            for (const Json& choice : value["choices"])
                if (choice.is_string())
                    choices.insert(choice.get<std::string>());
    }
    return choices;
}

/// The latest annotation that counts; by the time it was updated where that is written.
const Json* latestAnnotation(const Json& task)
{
    const Json* latest = nullptr;
    if (!task.contains("annotations") || !task["annotations"].is_array())
        return latest;
    for (const Json& annotation : task["annotations"]) {
        const bool isCancelled =
            !annotation.is_object() ||
            (annotation.contains("was_cancelled") && annotation["was_cancelled"].is_boolean() &&
             annotation["was_cancelled"].get<bool>());
        if (!isCancelled && (latest == nullptr ||
                             textOf(annotation, "updated_at") >= textOf(*latest, "updated_at")))
            latest = &annotation;
    }
    return latest;
}

std::string readerOf(const Json& annotation)
{
    const auto by = annotation.find("completed_by");
    if (by != annotation.end() && by->is_object())
        return textOf(*by, "email");
    const std::string number = textOf(annotation, "completed_by");
    return number.empty() ? number : "user " + number;
}

Result<ImportedLabels> parseLabelStudio(std::string_view text)
{
    const Json tasks = Json::parse(text, nullptr, false);
    if (tasks.is_discarded())
        return failure("The JSON is broken.");
    if (!tasks.is_array())
        return failure("The JSON is no Label Studio export: that is a list of tasks.");
    ImportedLabels result;
    result.format = LabelFormat::LabelStudio;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const Json& task = tasks[i];
        const std::string id = textOf(task, "id");
        ImportedLabel label;
        label.place = "task " + (id.empty() ? std::to_string(i + 1) : id);
        const auto skip = [&](const char* why) {
            std::string sentence = label.place + why;
            sentence[0] = 'T';
            result.skipped.push_back(std::move(sentence));
        };
        if (!task.is_object()) {
            skip(" is no task.");
            continue;
        }
        const bool isMinimal = !task.contains("data") || !task["data"].is_object();
        const Json& data = isMinimal ? task : task["data"];
        label.path = imageOf(data);
        label.sopInstanceUid = textOf(data, "sop_instance_uid");
        label.digest = textOf(data, "digest");
        if (isMinimal) {
            label.label =
                textOf(task, "label").empty() ? textOf(task, "choice") : textOf(task, "label");
            label.reader = textOf(task, "annotator").empty() ? std::string()
                                                             : "user " + textOf(task, "annotator");
        } else if (const Json* annotation = latestAnnotation(task)) {
            const auto choices = choicesOf(*annotation);
            if (choices.size() > 1) {
                skip(" has several choices.");
                continue;
            }
            label.label = choices.empty() ? std::string() : *choices.begin();
            label.reader = readerOf(*annotation);
        }
        if (label.label.empty())
            skip(" has no label.");
        else
            result.labels.push_back(std::move(label));
    }
    return result;
}

// CVAT

Result<ImportedLabels> parseCvat(std::string_view text)
{
    QXmlStreamReader xml(QByteArray::fromRawData(text.data(), static_cast<qsizetype>(text.size())));
    ImportedLabels result;
    result.format = LabelFormat::Cvat;
    if (!xml.readNextStartElement() || xml.name() != QLatin1String("annotations"))
        return failure("The XML is no CVAT export: that begins with <annotations>.");
    std::optional<ImportedLabel> image;
    std::set<std::string> tags;
    while (!xml.atEnd()) {
        xml.readNext();
        const auto attribute = [&](const char* name) {
            return xml.attributes().value(QLatin1String(name)).toString().toStdString();
        };
        if (xml.isStartElement() && xml.name() == QLatin1String("image")) {
            image = ImportedLabel{};
            image->path = attribute("name");
            image->place = "image " + attribute("id");
            tags.clear();
        } else if (xml.isStartElement() && xml.name() == QLatin1String("tag") && image) {
            if (const std::string label = attribute("label"); !label.empty())
                tags.insert(label);
        } else if (xml.isEndElement() && xml.name() == QLatin1String("image") && image) {
            if (tags.size() == 1) {
                image->label = *tags.begin();
                result.labels.push_back(std::move(*image));
            } else {
                result.skipped.push_back("Image " + image->path +
                                         (tags.empty() ? " has no tag." : " has several tags."));
            }
            image.reset();
        }
    }
    if (xml.hasError())
        return failure("The XML is broken: " + xml.errorString().toStdString() + ".");
    return result;
}

} // namespace

Result<ImportedLabels> parseLabels(std::string_view text)
{
    const std::string_view start = firstInk(text);
    if (start.empty())
        return failure("The file is empty.");
    if (start.front() == '[' || start.front() == '{')
        return parseLabelStudio(start);
    if (start.front() == '<')
        return parseCvat(start);
    return parseCsv(text);
}

Result<ImportedLabels> readLabels(const std::filesystem::path& file)
{
    const auto text = readFile(file);
    if (!text)
        return tl::unexpected(text.error());
    auto labels = parseLabels(*text);
    if (!labels)
        return failure(file.string() + ": " + labels.error().message);
    return labels;
}

std::string toString(LabelFormat format)
{
    switch (format) {
    case LabelFormat::Csv:
        return "csv";
    case LabelFormat::LabelStudio:
        return "label_studio";
    case LabelFormat::Cvat:
        return "cvat";
    }
    return {};
}

} // namespace ir
