#include "exporting/datasetformats_p.h"

#include "base/csv.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

namespace ir::exporting {

namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& json)
{
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::vector<std::string> classesOf(const std::vector<DatasetRow>& rows)
{
    std::set<std::string> classes;
    for (const DatasetRow& row : rows)
        classes.insert(row.label);
    return {classes.begin(), classes.end()};
}

std::vector<std::string> splitsOf(const std::vector<DatasetRow>& rows)
{
    std::vector<std::string> splits;
    for (const char* first : {"train", "val", "test"})
        if (std::ranges::find(rows, first, &DatasetRow::split) != rows.end())
            splits.emplace_back(first);
    std::set<std::string> others;
    for (const DatasetRow& row : rows)
        if (std::ranges::find(splits, row.split) == splits.end())
            others.insert(row.split);
    splits.insert(splits.end(), others.begin(), others.end());
    return splits;
}

std::size_t indexOf(const std::vector<std::string>& names, const std::string& name)
{
    return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

std::string manifest(const std::vector<DatasetRow>& rows)
{
    std::string text = csvLine({"path", "label", "group", "split", "dicom"});
    for (const DatasetRow& row : rows)
        text += csvLine({row.path, row.label, row.group, row.split, row.dicom});
    return text;
}

struct Cell
{
    std::size_t images = 0;
    std::set<std::string> groups;

    void add(const DatasetRow& row)
    {
        ++images;
        groups.insert(row.group);
    }
};

/// Images and groups of each class (rows, "total" last) in each split (columns, the total last).
std::vector<std::vector<Cell>> cellsOf(const std::vector<DatasetRow>& rows)
{
    const auto classes = classesOf(rows);
    const auto splits = splitsOf(rows);
    std::vector<std::vector<Cell>> cells(classes.size() + 1, std::vector<Cell>(splits.size() + 1));
    for (const DatasetRow& row : rows)
        for (const std::size_t c : {indexOf(classes, row.label), classes.size()})
            for (const std::size_t s : {indexOf(splits, row.split), splits.size()})
                cells[c][s].add(row);
    return cells;
}

std::string table1(const std::vector<DatasetRow>& rows)
{
    auto classes = classesOf(rows);
    auto splits = splitsOf(rows);
    const auto cells = cellsOf(rows);
    classes.emplace_back("total");
    splits.emplace_back("total");
    std::vector<std::string> head{"label"};
    for (const std::string& split : splits)
        head.insert(head.end(), {split + "_images", split + "_groups"});
    std::string text = csvLine(head);
    for (std::size_t c = 0; c < classes.size(); ++c) {
        std::vector<std::string> fields{classes[c]};
        for (const Cell& cell : cells[c])
            fields.insert(fields.end(),
                          {std::to_string(cell.images), std::to_string(cell.groups.size())});
        text += csvLine(fields);
    }
    return text;
}

/// For a cell of a Markdown table.
std::string cellText(std::string text)
{
    for (std::size_t i = 0; (i = text.find('|', i)) != std::string::npos; i += 2)
        text.insert(i, 1, '\\');
    return text;
}

std::string markdownTable(const std::vector<DatasetRow>& rows)
{
    auto classes = classesOf(rows);
    auto splits = splitsOf(rows);
    const auto cells = cellsOf(rows);
    classes.emplace_back("total");
    splits.emplace_back("total");
    std::ostringstream text;
    text << "| class |";
    for (const std::string& split : splits)
        text << ' ' << cellText(split) << " |";
    text << "\n|---|";
    for (std::size_t s = 0; s < splits.size(); ++s)
        text << "---:|";
    text << '\n';
    for (std::size_t c = 0; c < classes.size(); ++c) {
        text << "| " << cellText(classes[c]) << " |";
        for (const Cell& cell : cells[c])
            text << ' ' << cell.images << " (" << cell.groups.size() << ") |";
        text << '\n';
    }
    return text.str();
}

std::string datasheet(const std::vector<DatasetRow>& rows, const DatasetExportReport& report,
                      const DatasetExportOptions& options)
{
    std::ostringstream text;
    text << "# " << options.title << "\n\n"
         << rows.size() << " radiographs of " << report.groups << " patients or other groups, in "
         << classesOf(rows).size() << " classes. Written by Imaging Router.\n\n"
         << "## Table 1: images (groups) of each class\n\n"
         << markdownTable(rows) << "\n## Images\n\n"
         << "`images/`: 8-bit grey PNG, " << options.size << " × " << options.size
         << ", as a display shows them (modality and VOI look-up applied, MONOCHROME1 inverted), "
            "letterboxed on "
            "black, without metadata.\n";
    const auto dicom =
        std::ranges::count_if(rows, [](const DatasetRow& row) { return !row.dicom.empty(); });
    if (options.dicom)
        text << "`dicom/`: " << dicom
             << " of them as DICOM, de-identified after PS3.15 2024b, basic profile; dates are "
             << (options.profile.shiftDates ? "shifted by days that are each patient's own"
                                            : "removed")
             << ".\n";
    text << "\nNames and groups are stand-ins under a key that is not part of this data set. No "
            "group is in two "
            "splits.\n\n## Labels\n\n";
    for (const std::string& sentence : options.labelling)
        text << "- " << sentence << '\n';
    if (options.labelling.empty())
        text << "- How the labels were made is not known to the program that wrote this.\n";
    text << "\n## What is not in it\n\n- " << report.heldBack.size()
         << " images were held back because they may have writing in their pixels"
         << (options.includeSuspected ? " (none: they were included without a look, by choice)"
                                      : "")
         << ".\n- " << report.failed.size() << " files could not be read or used.\n- "
         << report.duplicates << " further copies of the same files.\n\n"
         << "## Files\n\n`manifest.csv` lists all (path, label, group, split, dicom); `table1.csv` "
            "is the table "
            "above; `SHA256SUMS` has the checksum of every file (`sha256sum -c SHA256SUMS`).\n";
    return text.str();
}

Json cocoOf(const std::vector<DatasetRow>& rows, const std::string& split,
            const DatasetExportOptions& options)
{
    const auto classes = classesOf(rows);
    Json categories = Json::array();
    for (std::size_t c = 0; c < classes.size(); ++c)
        categories.push_back(
            {{"id", c + 1}, {"name", classes[c]}, {"supercategory", "radiograph"}});
    Json images = Json::array();
    Json annotations = Json::array();
    for (const DatasetRow& row : rows) {
        if (row.split != split)
            continue;
        const std::size_t id = images.size() + 1;
        images.push_back({{"id", id},
                          {"file_name", row.path},
                          {"width", options.size},
                          {"height", options.size}});
        annotations.push_back({{"id", id},
                               {"image_id", id},
                               {"category_id", indexOf(classes, row.label) + 1},
                               {"bbox", {0, 0, options.size, options.size}},
                               {"area", options.size * options.size},
                               {"iscrowd", 0}});
    }
    return {{"info", {{"description", options.title}}},
            {"images", images},
            {"categories", categories},
            {"annotations", annotations}};
}

/// For an attribute's value in XML.
std::string escaped(const std::string& text)
{
    std::string result;
    for (const char c : text)
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '"':
            result += "&quot;";
            break;
        default:
            result.push_back(c);
        }
    return result;
}

std::string labelStudioInterface(const std::vector<std::string>& classes)
{
    std::string text = "<View>\n  <Image name=\"image\" value=\"$image\"/>\n"
                       "  <Choices name=\"label\" toName=\"image\" choice=\"single\">\n";
    for (const std::string& name : classes)
        text += "    <Choice value=\"" + escaped(name) + "\"/>\n";
    return text + "  </Choices>\n</View>\n";
}

Json labelStudioOf(const std::vector<DatasetRow>& rows)
{
    Json tasks = Json::array();
    for (const DatasetRow& row : rows) {
        const Json choice{{"from_name", "label"},
                          {"to_name", "image"},
                          {"type", "choices"},
                          {"value", {{"choices", Json::array({row.label})}}}};
        tasks.push_back(
            {{"data", {{"image", row.path}, {"group", row.group}, {"split", row.split}}},
             {"annotations", Json::array({Json{{"result", Json::array({choice})}}})}});
    }
    return tasks;
}

Json fiftyOneOf(const std::vector<DatasetRow>& rows)
{
    const auto classes = classesOf(rows);
    Json labels = Json::object();
    for (const DatasetRow& row : rows) {
        const std::filesystem::path path =
            std::filesystem::path(row.path).lexically_relative("images");
        labels[(path.parent_path() / path.stem()).generic_string()] = indexOf(classes, row.label);
    }
    return {{"classes", classes}, {"labels", labels}};
}

} // namespace

std::map<std::string, std::string> datasetTexts(const std::vector<DatasetRow>& rows,
                                                const DatasetExportReport& report,
                                                const DatasetExportOptions& options)
{
    std::map<std::string, std::string> texts{{"manifest.csv", manifest(rows)},
                                             {"table1.csv", table1(rows)},
                                             {"datasheet.md", datasheet(rows, report, options)}};
    for (const DatasetFormat format : options.formats)
        switch (format) {
        case DatasetFormat::ImageFolder: // the folders are the format
            break;
        case DatasetFormat::Coco:
            for (const std::string& split : splitsOf(rows))
                texts["coco_" + split + ".json"] = dumped(cocoOf(rows, split, options));
            break;
        case DatasetFormat::LabelStudio:
            texts["label_studio.json"] = dumped(labelStudioOf(rows));
            texts["label_studio_interface.xml"] = labelStudioInterface(classesOf(rows));
            break;
        case DatasetFormat::FiftyOne:
            texts["fiftyone.json"] = dumped(fiftyOneOf(rows));
            break;
        }
    return texts;
}

} // namespace ir::exporting
