#include "commands.h"
#include "json.h"

#include "catalog/catalog.h"
#include "dicom/dicomlibrary.h"
#include "nn/engine.h"
#include "nn/modelstore.h"
#include "nn/torchinfo.h"

#include <QtGlobal>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <set>
#include <sstream>

namespace ir::cli {

namespace {

/// Files of shared libraries mapped into this process whose names hold one of `names`.
std::set<std::string> mappedLibraries(const std::vector<std::string>& names)
{
    std::set<std::string> found;
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        const auto slash = line.find('/');
        if (slash == std::string::npos)
            continue;
        const std::string path = line.substr(slash);
        const std::string file = path.substr(path.rfind('/') + 1);
        for (const auto& name : names)
            if (file.rfind(name, 0) == 0)
                found.insert(path);
    }
    return found;
}

struct Report
{
    nlohmann::ordered_json facts;
    std::vector<std::string> warnings;
};

void addBlas(Report& report)
{
    const auto libraries = mappedLibraries({"libblas", "libopenblas", "libmkl", "libblis"});
    bool fast = false;
    for (const auto& path : libraries) {
        report.facts["blas"].push_back(path);
        fast |= path.find("openblas") != std::string::npos || path.find("mkl") != std::string::npos ||
                path.find("blis") != std::string::npos;
    }
    if (!fast)
        report.warnings.emplace_back("LibTorch runs on the reference BLAS, which is many times slower: "
                                     "install libopenblas0-pthread.");
    const char* threads = std::getenv("OPENBLAS_NUM_THREADS");
    report.facts["openblas_num_threads"] = threads != nullptr ? threads : "";
}

void addModels(Report& report)
{
    report.facts["models"] = nlohmann::ordered_json::array();
    for (const auto& model : installedModels()) {
        report.facts["models"].push_back({{"name", model.name},
                                          {"path", model.path.string()},
                                          {"digest", model.info.digest},
                                          {"problem", model.problem}});
        if (!model.problem.empty())
            report.warnings.push_back(model.problem);
    }
    if (report.facts["models"].empty())
        report.warnings.emplace_back("No model was found: nothing can be classified.");
}

Report examine()
{
    Report report;
    report.facts["version"] = IR_VERSION;
    report.facts["qt"] = qVersion();
    report.facts["dicom"] = DicomLibrary::version();
    report.facts["dicom_dictionary"] = DicomLibrary::dictionaryLoaded();
    if (!DicomLibrary::dictionaryLoaded())
        report.warnings.emplace_back(
            "DCMTK's data dictionary was not found: install libdcmtk17 again, or set DCMDICTPATH.");
    report.facts["codecs"] = DicomLibrary::codecNames();
    const TorchInfo torch = torchInfo();
    report.facts["libtorch"] = torch.version;
    report.facts["cpu_capability"] = torch.cpuCapability;
    report.facts["onednn"] = torch.oneDnn;
    report.facts["cuda"] = torch.cudaDevices;
    report.facts["threads"] = usableCores();
    addBlas(report);
    report.facts["database_drivers"] = nlohmann::ordered_json::array();
    const QStringList drivers = Catalog::databaseDrivers();
    for (const QString& driver : drivers)
        report.facts["database_drivers"].push_back(driver.toStdString());
    if (!drivers.contains(QStringLiteral("QSQLITE")))
        report.warnings.emplace_back("Qt has no SQLite driver, so no catalog can be kept: install "
                                     "libqt6sql6-sqlite.");
    addModels(report);
    report.facts["warnings"] = report.warnings;
    return report;
}

std::string textOf(const nlohmann::ordered_json& value)
{
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_boolean())
        return value.get<bool>() ? "yes" : "no";
    if (!value.is_array())
        return dump(value);
    std::string text;
    for (const auto& item : value) {
        if (item.is_object()) // a model
            text += (text.empty() ? "" : "\n                      ") +
                    item["name"].get<std::string>() + "  " +
                    item["digest"].get<std::string>().substr(0, 16) + "  " +
                    item["path"].get<std::string>();
        else
            text += (text.empty() ? "" : ", ") + textOf(item);
    }
    return text.empty() ? "none" : text;
}

int doctor(bool json)
{
    const Report report = examine();
    if (json) {
        std::cout << dump(report.facts) << '\n';
    } else {
        for (const auto& [name, value] : report.facts.items()) {
            if (name == "warnings")
                continue;
            std::string padded = name;
            padded.resize(22, ' ');
            std::cout << padded << textOf(value) << '\n';
        }
        for (const auto& warning : report.warnings)
            std::cout << "WARNING: " << warning << '\n';
        if (report.warnings.empty())
            std::cout << "All is well.\n";
    }
    return report.warnings.empty() ? AllDone : SomeUnreadable;
}

} // namespace

void addDoctorCommand(CLI::App& app, Invocation& invocation)
{
    const auto json = std::make_shared<bool>(false);
    auto* command = app.add_subcommand(
        "doctor", "Tells versions, BLAS, threads, CUDA, codecs, database drivers and models, and warns of "
                  "what would make the program slow or fail");
    command->add_flag("--json", *json, "One JSON object");
    command->footer("Exit code 1: there are warnings.");
    command->callback([&invocation, json] { invocation.run = [json] { return doctor(*json); }; });
}

} // namespace ir::cli
