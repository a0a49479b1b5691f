#include "nn/engine.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <string>
#include <thread>

#include <sched.h>

namespace ir {

namespace {

std::string firstLine(const std::filesystem::path& path)
{
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

/// CPUs' worth of time a control group may use, or a huge number: cgroup v2's cpu.max is "quota period" or
/// "max period" (kernel documentation, cgroup-v2.rst), v1 has two files.
double quotaOf(const std::filesystem::path& group)
{
    double quota = -1;
    double period = -1;
    if (std::ifstream file(group / "cpu.max"); file) {
        file >> quota >> period; // fails on "max"
    } else {
        std::ifstream(group / "cpu.cfs_quota_us") >> quota;
        std::ifstream(group / "cpu.cfs_period_us") >> period;
    }
    return quota > 0 && period > 0 ? quota / period : 1e9;
}

/// The tightest quota from this process's control group up to the root.
double cpuQuota()
{
    const std::filesystem::path root = "/sys/fs/cgroup";
    double quota = std::min(quotaOf(root), quotaOf(root / "cpu"));
    std::ifstream groups("/proc/self/cgroup");
    for (std::string line; std::getline(groups, line);) {
        const auto name = line.find(':');
        const auto at = line.find(":/", name == std::string::npos ? 0 : name);
        if (at == std::string::npos)
            continue;
        const bool unified = line.starts_with("0::");
        if (!unified && line.find("cpu") == std::string::npos)
            continue;
        const std::filesystem::path base = unified ? root : root / "cpu";
        for (std::filesystem::path group = line.substr(at + 2); !group.empty();
             group = group.parent_path())
            quota = std::min(quota, quotaOf(base / group));
    }
    return quota;
}

} // namespace

int usableCores()
{
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    // Hyper-threads share the units that convolutions keep busy: siblings count once.
    std::set<std::string> cores;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (!CPU_ISSET(cpu, &allowed))
            continue;
        const std::string topology = "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
        const std::string siblings = firstLine(topology + "thread_siblings_list");
        cores.insert(siblings.empty() ? std::to_string(cpu) : siblings);
    }
    const double quota = std::min(cpuQuota(), 4096.0);
    return std::max(1, std::min(static_cast<int>(cores.size()), static_cast<int>(std::ceil(quota))));
}

} // namespace ir
