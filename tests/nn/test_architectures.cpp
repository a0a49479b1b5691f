// What each net is: parameters, names, the same numbers as torchvision's, folding, ImageNet weights.

#include "nn/architectures/network_p.h" // torch before Qt

#include "base/prediction.h"
#include "nn/architectures/foreignnames.h"
#include "nn/modelexchange.h"
#include "nn/pretrained_p.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <set>

using ir::Safetensors;
using ir::nn::Network;

namespace {

std::shared_ptr<Network> randomNet(const std::string& architecture, std::uint64_t seed)
{
    torch::manual_seed(seed);
    auto net = ir::nn::makeNetwork(architecture, 5);
    const torch::NoGradGuard noGrad;
    for (ir::nn::ConvBn& unit : net->units()) {
        unit->bn->weight.uniform_(0.5, 1.5);
        unit->bn->bias.normal_(0, 0.2);
        unit->bn->options.momentum(torch::nullopt); // the plain mean
    }
    net->train();
    (void)net->features(torch::randn({8, 3, 96, 96}));
    net->eval();
    return net;
}

double distance(const torch::Tensor& a, const torch::Tensor& b)
{
    return (a - b).abs().max().item<double>();
}

void addArchitectures()
{
    QTest::addColumn<std::string>("architecture");
    for (const ir::Architecture& architecture : ir::architectures())
        QTest::newRow(architecture.name.c_str()) << architecture.name;
}

} // namespace

class TestArchitectures : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;

    [[nodiscard]] std::filesystem::path path(const std::string& name) const
    {
        return std::filesystem::path(m_dir.path().toStdString()) / name;
    }

private Q_SLOTS:
    void haveTheParametersTheyShould_data()
    {
        QTest::addColumn<std::string>("architecture");
        QTest::addColumn<std::int64_t>("five");
        QTest::addColumn<std::int64_t>("thousand");
        const auto row = [](const char* name, std::int64_t five, std::int64_t thousand) {
            QTest::newRow(name) << std::string(name) << five << thousand;
        };
        // With 1000 classes: what the papers (rounded) and torchvision (exactly) give.
        row("mobilenet_v1", 3'212'101, 4'231'976);
        row("mobilenet_v2", 2'230'277, 3'504'872);
        row("resnet18", 11'179'077, 11'689'512);
        row("resnet34", 21'287'237, 21'797'672);
        row("efficientnet_b0", 4'013'953, 5'288'548);
        row("efficientnet_b1", 6'519'589, 7'794'184);
        row("efficientnet_b2", 7'708'039, 9'109'994);
    }
    void haveTheParametersTheyShould()
    {
        QFETCH(std::string, architecture);
        QFETCH(std::int64_t, five);
        QFETCH(std::int64_t, thousand);
        QCOMPARE(ir::parameterCount(architecture, 5), five);
        QCOMPARE(ir::parameterCount(architecture, 1000), thousand);
    }

    void theRegistryTellsTheTruth_data() { addArchitectures(); }
    void theRegistryTellsTheTruth()
    {
        QFETCH(std::string, architecture);
        const ir::Architecture* facts = ir::findArchitecture(architecture);
        QVERIFY(facts->paper.find("arXiv:") != std::string::npos);
        const auto net = ir::nn::makeNetwork(architecture, 3);
        net->eval();
        const torch::NoGradGuard noGrad;
        const int side = facts->minimumInput;
        const auto maps = net->maps(torch::randn({2, 3, side, side}));
        QCOMPARE(maps.sizes().vec(), (std::vector<std::int64_t>{2, facts->featureCount, side / 32, side / 32}));
        QCOMPARE(net->classify(maps.mean({2, 3})).sizes().vec(), (std::vector<std::int64_t>{2, 3}));
        QVERIFY(facts->defaultInput > facts->minimumInput);
    }

    void everyTensorHasItsOwnNameInTorchvision_data() { addArchitectures(); }
    void everyTensorHasItsOwnNameInTorchvision()
    {
        QFETCH(std::string, architecture);
        std::set<std::string> names;
        const auto specs = ir::tensorSpecs(architecture, 5);
        for (const ir::TensorSpec& spec : specs)
            names.insert(ir::torchvisionName(architecture, spec.name));
        if (architecture == "mobilenet_v1")
            QCOMPARE(names, std::set<std::string>{""});
        else
            QCOMPARE(names.size(), specs.size());
    }

    void tensorNamesAreStable_data()
    {
        // Files in the field hold these names; a change here orphans them.
        QTest::addColumn<std::string>("architecture");
        QTest::addColumn<std::string>("ours");
        QTest::addColumn<std::string>("torchvisions");
        const auto row = [](const char* architecture, const char* ours, const char* torchvisions) {
            QTest::addRow("%s %s", architecture, ours)
                << std::string(architecture) << std::string(ours) << std::string(torchvisions);
        };
        row("mobilenet_v2", "stem.conv.weight", "features.0.0.weight");
        row("mobilenet_v2", "blocks.0.depthwise.bn.running_mean", "features.1.conv.0.1.running_mean");
        row("mobilenet_v2", "blocks.0.project.bn.bias", "features.1.conv.2.bias");
        row("mobilenet_v2", "blocks.16.project.conv.weight", "features.17.conv.2.weight");
        row("mobilenet_v2", "last.bn.weight", "features.18.1.weight");
        row("mobilenet_v2", "classifier.bias", "classifier.1.bias");
        row("resnet34", "stem.bn.running_var", "bn1.running_var");
        row("resnet34", "stages.2.5.second.conv.weight", "layer3.5.conv2.weight");
        row("resnet18", "stages.1.0.shortcut.bn.weight", "layer2.0.downsample.1.weight");
        row("resnet18", "classifier.weight", "fc.weight");
        row("efficientnet_b1", "stages.0.1.squeeze.reduce.bias", "features.1.1.block.1.fc1.bias");
        row("efficientnet_b2", "stages.6.1.squeeze.expand.weight", "features.7.1.block.2.fc2.weight");
        row("efficientnet_b0", "stages.3.2.project.bn.weight", "features.4.2.block.3.1.weight");
        row("efficientnet_b0", "last.conv.weight", "features.8.0.weight");
    }
    void tensorNamesAreStable()
    {
        QFETCH(std::string, architecture);
        QFETCH(std::string, ours);
        QFETCH(std::string, torchvisions);
        const auto specs = ir::tensorSpecs(architecture, 5);
        QVERIFY(std::ranges::find(specs, ours, &ir::TensorSpec::name) != specs.end());
        QCOMPARE(ir::torchvisionName(architecture, ours), torchvisions);
    }

    void giveTheLogitsOfTorchvision_data()
    {
        QProcess script;
        script.setProcessChannelMode(QProcess::MergedChannels);
        script.start(QStringLiteral("/usr/bin/python3"),
                     {QStringLiteral(IR_SOURCE_DIR "/tests/nn/torchvisionnets.py"), m_dir.path()});
        if (!script.waitForFinished(240'000) || script.exitCode() == 77)
            QSKIP("SKIPPED: needs Debian's python3-torch and python3-torchvision");
        QVERIFY2(script.exitCode() == 0, script.readAll().constData());
        addArchitectures();
    }
    void giveTheLogitsOfTorchvision()
    {
        QFETCH(std::string, architecture);
        const auto ours = path(architecture + ".ours.safetensors");
        const auto report = ir::importModel(path(architecture + ".safetensors"), ours, {.architecture = architecture});
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QVERIFY(!report->newClassifier);
        QCOMPARE(report->model.classes, ir::defaultClasses());
        const auto file = ir::readModelFile(ours);
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        const auto net = ir::nn::makeNetwork(architecture, 5);
        ir::nn::loadWeights(*net, file->tensors);
        net->eval();

        const auto io = Safetensors::read(path(architecture + ".io.safetensors"));
        QVERIFY(io);
        const torch::NoGradGuard noGrad;
        const auto expected = ir::nn::toTensor(*io->find("logits"));
        const auto input = ir::nn::toTensor(*io->find("input")).expand({-1, 3, -1, -1});
        QVERIFY(expected.std().item<double>() > 0.1); // else agreement would say little
        const double off = distance(net->forward(input), expected);
        QVERIFY2(off <= 1e-4, qPrintable(QString::number(off)));
    }

    void goToTorchvisionAsTheyCame_data()
    {
        if (!std::filesystem::exists(path("resnet18.safetensors")))
            QSKIP("SKIPPED: needs Debian's python3-torch and python3-torchvision");
        addArchitectures();
    }
    void goToTorchvisionAsTheyCame()
    {
        QFETCH(std::string, architecture);
        const auto back = path(architecture + ".back.safetensors");
        const auto exported = ir::exportModel(path(architecture + ".ours.safetensors"), back, ir::TensorNames::Torchvision);
        if (architecture == "mobilenet_v1") {
            QVERIFY(!exported); // torchvision has none
            return;
        }
        QVERIFY2(exported, exported ? "" : exported.error().message.c_str());
        const auto before = Safetensors::read(path(architecture + ".safetensors"));
        const auto after = Safetensors::read(back);
        QVERIFY(before && after);
        std::size_t same = 0;
        for (const auto& [name, entry] : after->tensors()) {
            const auto* original = before->find(name);
            QVERIFY2(original, name.c_str());
            QCOMPARE(entry.shape, original->shape);
            QVERIFY(std::ranges::equal(entry.bytes, original->bytes));
            ++same;
        }
        const auto counters = std::ranges::count_if(before->tensors(), [](const auto& item) {
            return item.first.ends_with("num_batches_tracked");
        });
        QCOMPARE(same + static_cast<std::size_t>(counters), before->tensors().size());
    }

    void importReplacesTheClassifierWhereItDoesNotFit()
    {
        // ImageNet's thousand classes, as torchvision's own weights have them.
        torch::manual_seed(1);
        const auto net = ir::nn::makeNetwork("resnet18", 1000);
        std::vector<Safetensors::Entry> entries;
        auto tensors = ir::nn::namedTensors(*net);
        for (const auto& [name, tensor] : tensors)
            entries.push_back(ir::nn::toEntry(ir::torchvisionName("resnet18", name), tensor));
        QVERIFY(Safetensors::write(path("imagenet.safetensors"), entries, {}));
        const auto report = ir::importModel(path("imagenet.safetensors"), path("two.safetensors"),
                                            {.architecture = "resnet18", .classes = {"hand", "foot"}, .inputSize = 64});
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QVERIFY(report->newClassifier);
        const auto two = ir::readModelFile(path("two.safetensors"));
        QVERIFY(two);
        QCOMPARE(two->info.input.size, 64);
        QCOMPARE(two->info.reviewThreshold, 1.0); // knows nothing yet
        QCOMPARE(two->tensors.find("classifier.weight")->shape, (std::vector<std::int64_t>{2, 512}));
        QVERIFY(std::ranges::equal(two->tensors.find("stem.conv.weight")->bytes, entries.front().bytes));

        // Our own: the same classes come over whole, other names for as many outputs do not.
        const auto again = ir::importModel(path("two.safetensors"), path("again.safetensors"), {});
        QVERIFY(again && !again->newClassifier);
        const auto renamed = ir::importModel(path("two.safetensors"), path("renamed.safetensors"),
                                             {.classes = {"foot", "hand"}, .seed = 7});
        QVERIFY(renamed && renamed->newClassifier);
        const auto head = [&](const char* name) {
            const auto file = Safetensors::read(path(name));
            const auto bytes = file->find("classifier.weight")->bytes;
            return std::vector<std::byte>(bytes.begin(), bytes.end());
        };
        QCOMPARE(head("again.safetensors"), head("two.safetensors"));
        QVERIFY(head("renamed.safetensors") != head("two.safetensors"));
    }

    void importRefusesWhatDoesNotFit()
    {
        const auto refusal = [&](const char* from, const ir::ImportOptions& options) {
            const auto report = ir::importModel(path(from), path("none.safetensors"), options);
            return report ? std::string("accepted") : report.error().message;
        };
        const auto has = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
        QVERIFY(has(refusal("two.safetensors", {.architecture = "resnet34"}), "resnet18"));
        QVERIFY(has(refusal("imagenet.safetensors", {.architecture = "resnet34"}), "layer1.2.conv1.weight"));
        QVERIFY(has(refusal("imagenet.safetensors", {.architecture = "mobilenet_v2"}), "holds no weights of mobilenet_v2"));
        QVERIFY(has(refusal("imagenet.safetensors", {}), "which architecture"));
        QVERIFY(has(refusal("imagenet.safetensors", {.architecture = "alexnet"}), "alexnet"));
        QVERIFY(has(refusal("imagenet.safetensors", {.architecture = "resnet18", .inputSize = 8}), "input size"));
        for (const auto& classes : {std::vector<std::string>{"one"}, {"a", "b", "a"}, {"a", ""}})
            QVERIFY(has(refusal("imagenet.safetensors", {.architecture = "resnet18", .classes = classes}), "classes"));
        QVERIFY(has(refusal("absent.safetensors", {.architecture = "resnet18"}), "absent.safetensors"));
        QVERIFY(!std::filesystem::exists(path("none.safetensors")));
    }

    void foldedAreTheSame_data() { addArchitectures(); }
    void foldedAreTheSame()
    {
        QFETCH(std::string, architecture);
        const auto net = randomNet(architecture, 3);
        const torch::NoGradGuard noGrad;
        const auto images = torch::randn({2, 3, 96, 96});
        const auto before = net->forward(images);
        net->fold();
        ir::nn::makeChannelsLast(*net);
        QVERIFY(net->named_buffers().is_empty()); // no BatchNorm is left
        const double off = distance(net->forward(images.contiguous(torch::MemoryFormat::ChannelsLast)), before);
        // Random statistics make large logits: the agreement is relative to them.
        const double size = before.abs().max().item<double>();
        QVERIFY2(off <= 1e-4 * std::max(1.0, size), qPrintable(QStringLiteral("%1 of %2").arg(off).arg(size)));
        QVERIFY(before.std().item<double>() > 1e-2);
    }

    void freezingReachesToTheEndOfAUnit_data() { addArchitectures(); }
    void freezingReachesToTheEndOfAUnit()
    {
        QFETCH(std::string, architecture);
        const auto net = ir::nn::makeNetwork(architecture, 5);
        const auto units = net->units();
        const auto all = net->parameters();
        QVERIFY(net->parametersOfFirstUnits(0).empty());
        QCOMPARE(net->parametersOfFirstUnits(1).size(), std::size_t{3});
        const auto seven = net->parametersOfFirstUnits(7);
        QVERIFY(seven.back().is_same(units[6]->bn->bias));
        QVERIFY(seven.size() >= 21);
        // Everything but the classifier's weight and bias; more cannot be asked for.
        QCOMPARE(net->parametersOfFirstUnits(1000).size(), all.size() - 2);
    }

    void adaptToAnotherNormalisation()
    {
        const auto net = randomNet("resnet18", 9);
        const torch::NoGradGuard noGrad;
        const ir::nn::Normalisation then{{0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}};
        ir::InputContract now;
        now.mean = 0.4F;
        now.stddev = 0.3F;
        const auto grey = torch::rand({2, 1, 64, 64});
        const auto rgb = [](const std::array<double, 3>& values) {
            return torch::tensor(std::vector<float>(values.begin(), values.end())).view({1, 3, 1, 1});
        };
        const auto inside = [](const torch::Tensor& maps) { return maps.slice(2, 2, -2).slice(3, 2, -2); };
        auto stem = net->units().front();
        const auto expected = inside(stem->forward((grey - rgb(then.mean)) / rgb(then.deviation)));
        ir::nn::adaptInput(*net, then, now);
        const auto input = ((grey - 0.4) / 0.3).expand({-1, 3, -1, -1});
        QVERIFY(distance(inside(stem->forward(input)), expected) <= 1e-4);
        QVERIFY(expected.std().item<double>() > 0.1);
        const auto before = stem->conv->weight.clone();
        ir::nn::adaptInput(*net, {.mean = {0.4, 0.4, 0.4}, .deviation = {0.3, 0.3, 0.3}}, now);
        QVERIFY(distance(stem->conv->weight, before) <= 1e-6);
    }

    void takeFoldedWeightsInKerasNamesUnchanged_data()
    {
        QTest::addColumn<std::string>("architecture");
        QTest::newRow("V1") << std::string("mobilenet_v1");
        QTest::newRow("V2") << std::string("mobilenet_v2");
    }
    void takeFoldedWeightsInKerasNamesUnchanged()
    {
        QFETCH(std::string, architecture);
        const auto net = randomNet(architecture, 5);
        const torch::NoGradGuard noGrad;
        const auto images = torch::randn({2, 3, 64, 64});
        const auto expected = net->features(images);
        net->fold();
        const auto units = net->units();
        const auto layers = ir::kerasLayers(architecture);
        QCOMPARE(layers.size(), units.size());
        std::vector<Safetensors::Entry> entries;
        for (std::size_t i = 0; i < units.size(); ++i) {
            entries.push_back(ir::nn::toEntry(layers[i] + ".weight", units[i]->conv->weight));
            entries.push_back(ir::nn::toEntry(layers[i] + ".bias", units[i]->conv->bias));
        }
        QVERIFY(Safetensors::write(path("keras.safetensors"), entries, {}));

        const auto other = ir::nn::makeNetwork(architecture, 5);
        const auto taken = ir::nn::initialise(*other, architecture, path("keras.safetensors"),
                                              torch::randn({16, 3, 64, 64}));
        QVERIFY2(taken, taken ? "" : taken.error().message.c_str());
        const auto actual = other->features(images);
        const double off = distance(actual, expected);
        QVERIFY2(off <= 1e-3 * expected.abs().max().item<double>(), qPrintable(QString::number(off)));
    }
};

QTEST_APPLESS_MAIN(TestArchitectures)
#include "test_architectures.moc"
