// Time of the engine for one image, already decoded: input, net and probabilities.
//   bench_engine WEIGHTS IMAGE.pgm THREADS PRECISION SECONDS
// One JSON line: the probabilities of the image, the best milliseconds an image of batches of 1, 4 and 8, and the
// memory of the process at its highest. Driven by onnxruntime.py.
#include "base/prediction.h"
#include "nn/engine.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

using namespace ir;

namespace {

GrayImage readPgm(const char* path)
{
    std::ifstream file(path, std::ios::binary);
    std::string magic;
    int width = 0;
    int height = 0;
    int most = 0;
    file >> magic >> width >> height >> most;
    file.get();
    if (!file || magic != "P5" || most != 255 || width < 1 || height < 1)
        return {};
    GrayImage image(width, height);
    file.read(reinterpret_cast<char*>(image.pixels.data()), static_cast<std::streamsize>(image.pixels.size()));
    return file ? image : GrayImage();
}

/// Best of the calls that fit into the time, at least three.
double bestMs(Engine& engine, const std::vector<GrayImage>& batch, double seconds)
{
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    double best = std::numeric_limits<double>::max();
    for (int call = 0; call < 3 || Clock::now() < end; ++call) {
        const auto start = Clock::now();
        if (!engine.classify(batch))
            std::exit(3);
        best = std::min(best, std::chrono::duration<double, std::milli>(Clock::now() - start).count());
    }
    return best / static_cast<double>(batch.size());
}

/// In MB, of this process; 0 where the system does not tell.
double highestMemory()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:"))
            return std::atof(line.c_str() + 6) / 1024;
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 6) {
        std::fputs("bench_engine WEIGHTS IMAGE.pgm THREADS PRECISION SECONDS\n", stderr);
        return 2;
    }
    const GrayImage image = readPgm(argv[2]);
    auto engine = Engine::load(argv[1], {.device = "cpu", .threads = std::atoi(argv[3]), .precision = argv[4]});
    if (image.empty() || !engine) {
        std::fputs(image.empty() ? "no PGM image\n" : engine.error().message.c_str(), stderr);
        return 3;
    }
    const auto predictions = (*engine)->classify(std::vector<GrayImage>{image});
    if (!predictions)
        return 3;
    std::string probabilities;
    for (const float probability : predictions->front().probabilities)
        probabilities += (probabilities.empty() ? "" : ",") + std::to_string(probability);
    std::string times;
    for (const int size : {1, 4, 8})
        times += (times.empty() ? "\"" : ",\"") + std::to_string(size) + "\":" +
                 std::to_string(bestMs(**engine, std::vector<GrayImage>(static_cast<std::size_t>(size), image),
                                       std::atof(argv[5])));
    std::printf("{\"device\":\"%s\",\"probabilities\":[%s],\"ms\":{%s},\"memory_mb\":%.0f}\n",
                (*engine)->device().c_str(), probabilities.c_str(), times.c_str(), highestMemory());
    return 0;
}
