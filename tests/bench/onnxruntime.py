#!/usr/bin/python3
"""Our engine against ONNX Runtime, on the same MobileNet-V1 with the same weights, 512 × 512, on a CPU.

    npm install --ignore-scripts onnxruntime-node          # in a folder DIR of its own
    tests/bench/onnxruntime.py --build build --node-modules DIR/node_modules [--size 512] [--rounds 3]

Needs Debian's python3-torch, python3-numpy and nodejs. The net is exported as ONNX with BatchNorm folded and one grey
input plane, as our engine folds it too. Batches of 1, 4 and 8, one and two threads; the sides run in turn, and the best
call of all rounds counts, since other load only ever slows down. Ours includes making the input of the image (fitting,
normalising) and the outlier score; ONNX Runtime's starts at the finished input. Prints a Markdown table; fails where the
two sides do not give the same probabilities.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy
import torch

from throughput import read_weights, with_input_size

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "nn"))
from torchvisionnets import MobileNetV1  # noqa: E402


def load_net(header, data):
    net = MobileNetV1()
    state = {}
    for name, entry in header.items():
        if name in net.state_dict():
            begin, end = entry["data_offsets"]
            state[name] = torch.tensor(numpy.frombuffer(data[begin:end], dtype="<f4")).reshape(entry["shape"])
    net.load_state_dict(state, strict=False)
    missing = [n for n in net.state_dict() if n not in state and not n.endswith("num_batches_tracked")]
    if missing:
        sys.exit(f"the weights lack {missing[:3]}")
    stem = net.stem["conv"]
    stem.weight = torch.nn.Parameter(stem.weight.sum(1, keepdim=True))
    stem.in_channels = 1
    return net.eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--node-modules", required=True)
    parser.add_argument("--model", type=pathlib.Path, default=pathlib.Path("models/mobilenet_v1.safetensors"))
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3, help="of each batch size in each round")
    options = parser.parse_args()

    header, data = read_weights(options.model)
    temperature = float(header["__metadata__"]["temperature"])
    ours = {}
    theirs = {}
    with tempfile.TemporaryDirectory() as temporary:
        temporary = pathlib.Path(temporary)
        plain = dict(crop_margins="false", stretch_greys="false", mirror="false")
        weights = with_input_size(options.model, options.size, temporary / "net.safetensors", **plain)
        onnx = temporary / "net.onnx"
        torch.onnx.export(load_net(header, data), torch.zeros(1, 1, options.size, options.size), str(onnx),
                          input_names=["input"], output_names=["logits"], opset_version=13,
                          dynamic_axes={"input": {0: "n"}, "logits": {0: "n"}})
        grey = numpy.random.default_rng(1).integers(0, 256, (16, 16)).astype(numpy.uint8)
        grey = numpy.kron(grey, numpy.ones((options.size // 16, options.size // 16), numpy.uint8))
        side = grey.shape[0]
        (temporary / "image.pgm").write_bytes(b"P5\n%d %d\n255\n" % (side, side) + grey.tobytes())
        mean, stddev = (float(header["__metadata__"][key]) for key in ("mean", "stddev"))
        ((grey.astype(numpy.float32) / 255 - mean) / stddev).astype("<f4").tofile(temporary / "input.f32")

        engine = options.build / "tests" / "bench" / "bench_engine"
        node = pathlib.Path(__file__).with_suffix(".cjs")
        environment = {**os.environ, "NODE_PATH": options.node_modules}
        print(f"Load before: {os.getloadavg()[0]:.1f}", file=sys.stderr)
        for _ in range(options.rounds):
            for threads in (1, 2):
                for precision in ("fp32", "auto"):
                    done = subprocess.run([engine, weights, temporary / "image.pgm", str(threads), precision,
                                           str(options.seconds)], check=True, stdout=subprocess.PIPE)
                    keep_best(ours.setdefault((threads, precision), {}), json.loads(done.stdout))
                done = subprocess.run(["node", node, onnx, temporary / "input.f32", str(side), str(threads),
                                       str(options.seconds)], check=True, stdout=subprocess.PIPE, env=environment)
                keep_best(theirs.setdefault(threads, {}), json.loads(done.stdout))

    logits = numpy.array(theirs[1]["logits"]) / temperature
    expected = numpy.exp(logits - logits.max()) / numpy.exp(logits - logits.max()).sum()
    gap = numpy.abs(expected - ours[1, "fp32"]["probabilities"]).max()
    if gap > 1e-4:
        sys.exit(f"not the same net: probabilities differ by {gap:.2g}")
    print("| threads | batch | ONNX Runtime, ms an image | ours, float32 | ratio | ours, "
          f"{ours[1, 'auto']['device'].split(', ')[-1]} | ratio |")
    print("|---|---|---|---|---|---|---|")
    for threads in (1, 2):
        for batch in ("1", "4", "8"):
            they = theirs[threads]["ms"][batch]
            full, auto = (ours[threads, precision]["ms"][batch] for precision in ("fp32", "auto"))
            print(f"| {threads} | {batch} | {they:.1f} | {full:.1f} | {full / they:.2f} | {auto:.1f} | {auto / they:.2f} |")
    print(f"\nProbabilities differ by {gap:.1g} at most in float32. Highest memory of our process: "
          f"{max(entry['memory_mb'] for entry in ours.values()):.0f} MB. Load after: {os.getloadavg()[0]:.1f}")


def keep_best(best, run):
    times = best.get("ms", {})
    best.update(run, ms={batch: min(ms, times.get(batch, ms)) for batch, ms in run["ms"].items()})
    best["memory_mb"] = max(run.get("memory_mb", 0), best.get("memory_mb", 0))


if __name__ == "__main__":
    main()
