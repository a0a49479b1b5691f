#!/usr/bin/python3
"""Decode + classify: imaging-router-cli against the same job in Python, on the same files and cores.

The Python side is what one writes after the paper: pydicom, Pillow, PyTorch eager, one process, MobileNet-V1
with three equal channels, the image squashed to the input size. It needs Debian's python3-pydicom,
python3-pil, python3-numpy and python3-torch. Files that Python cannot decode are left out on both sides.

    tests/bench/throughput.py --cli build/app/cli/imaging-router-cli [FOLDER] [--copies 4] [--rounds 3]

Without FOLDER the sample archive is used. Both sides run in turn, `--rounds` times; the best round of each
counts, since other load only ever slows down. Prints a Markdown table: rates of the work itself (loading the
model is counted for us, not for Python), and the ratio of processor time, which other load disturbs less (the
whole of our program against Python's loop).
"""
import argparse
import json
import os
import pathlib
import resource
import struct
import subprocess
import sys
import tempfile
import time


def python_job(files, size, threads):
    """Seconds for all files; also those that could be decoded."""
    import numpy
    import torch
    import pydicom
    from PIL import Image
    from pydicom.pixel_data_handlers.util import apply_modality_lut, apply_voi_lut

    torch.set_num_threads(threads)
    torch.manual_seed(0)

    def unit(i, o, kernel, stride, groups):
        return torch.nn.Sequential(
            torch.nn.Conv2d(i, o, kernel, stride, kernel // 2, groups=groups, bias=False),
            torch.nn.BatchNorm2d(o), torch.nn.ReLU())

    layers, channels = [unit(3, 32, 3, 2, 1)], 32
    for out, stride in [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)] + 5 * [(512, 1)] + \
            [(1024, 2), (1024, 1)]:
        layers += [unit(channels, channels, 3, stride, channels), unit(channels, out, 1, 1, 1)]
        channels = out
    net = torch.nn.Sequential(*layers, torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(),
                              torch.nn.Linear(channels, 5), torch.nn.Softmax(1)).eval()

    def decode(path):
        dataset = pydicom.dcmread(path, force=True)
        pixels = dataset.pixel_array
        if int(getattr(dataset, "NumberOfFrames", 1) or 1) > 1:
            pixels = pixels[0]
        if pixels.ndim == 3:
            pixels = pixels.mean(axis=2)
        else:
            pixels = apply_voi_lut(apply_modality_lut(pixels, dataset), dataset)
        pixels = pixels.astype(numpy.float32)
        low, high = pixels.min(), pixels.max()
        pixels = (pixels - low) / max(high - low, 1e-6) * 255
        if dataset.PhotometricInterpretation == "MONOCHROME1":
            pixels = 255 - pixels
        return Image.fromarray(pixels.astype(numpy.uint8)).resize((size, size), Image.BILINEAR)

    decoded = []
    with torch.no_grad():
        net(torch.zeros(1, 3, size, size))
        start, cpu = time.perf_counter(), time.process_time()
        for path in files:
            try:
                image = decode(path)
            except Exception:  # whatever a decoder of pydicom's raises: the file is left out
                continue
            plane = torch.from_numpy(numpy.asarray(image, dtype=numpy.float32) / 255 - 0.5)
            net(plane.expand(1, 3, size, size)).argmax().item()
            decoded.append(path)
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    return {"seconds": seconds, "cpu": cpu, "decoded": decoded, "threads": torch.get_num_threads(),
            "torch": torch.__version__, "pydicom": pydicom.__version__}


def run_python(files, size, threads):
    """In a process of its own, so that thread pools and caches start afresh."""
    done = subprocess.run([sys.executable, __file__, "--worker", str(size), str(threads)],
                          input="\n".join(map(str, files)), stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def run_cli(cli, folder, weights, threads, precision):
    def children():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    start, cpu = time.perf_counter(), children()
    done = subprocess.run([cli, "classify", folder, "--json", "--catalog", "none", "--model", weights,
                           "--device", "cpu", "--threads", str(threads), "--precision", precision],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    wall, cpu = time.perf_counter() - start, children() - cpu
    if done.returncode not in (0, 1):
        sys.exit(f"{cli} failed with {done.returncode}")
    summary = json.loads(done.stdout.splitlines()[-1])["summary"]
    return {"wall": wall, "cpu": cpu, **summary}


def find_weights(cli, model):
    if pathlib.Path(model).is_file():
        return model
    listed = subprocess.run([cli, "models", "--json"], stdout=subprocess.PIPE, check=False)
    for installed in json.loads(listed.stdout)["models"]:
        if installed["name"] == model and installed["status"] == "ok":
            return installed["path"]
    sys.exit(f"there is no usable model {model}")


def read_weights(path):
    """Header and tensors of a safetensors file."""
    data = pathlib.Path(path).read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    return json.loads(data[8:8 + length]), data[8 + length:]


def with_input_size(weights, size, target, **metadata):
    """A copy of a safetensors file whose metadata says another input size, stretched as in the paper."""
    header, tensors = read_weights(weights)
    header["__metadata__"].update(input_size=str(size), fit="squash", **metadata)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    target.write_bytes(struct.pack("<Q", len(text)) + text + tensors)
    return target


def dicom_files(folder):
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.is_file() and not path.is_symlink():
            with open(path, "rb") as file:
                if file.read(132)[128:] == b"DICM":
                    yield path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--cli", required=True)
    parser.add_argument("--model", default="mobilenet_v1")
    parser.add_argument("--precision", default="fp32", help="of ours, as classify takes it")
    parser.add_argument("--copies", type=int, default=1, help="of each file, to make the job longer")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()

    shipped = find_weights(options.cli, options.model)
    shipped_size = int(read_weights(shipped)[0]["__metadata__"]["input_size"])

    with tempfile.TemporaryDirectory() as temporary:
        temporary = pathlib.Path(temporary)
        source = options.folder
        if source is None:
            source = temporary / "sample"
            subprocess.run([options.cli, "sample", source], check=True, stdout=subprocess.DEVNULL)
        found = list(dicom_files(source))
        usable = run_python(found, 64, options.threads)["decoded"]
        job = temporary / "job"
        job.mkdir()
        files = []
        for copy in range(options.copies):
            for index, path in enumerate(usable):
                files.append(job / f"{copy:03}-{index:05}.dcm")
                files[-1].write_bytes(pathlib.Path(path).read_bytes())
        megabytes = sum(f.stat().st_size for f in files) / 1e6
        print(f"{len(files)} DICOM files ({len(usable)} different, {len(found) - len(usable)} left out "
              f"because Python cannot decode them), {megabytes:.0f} MB; {options.threads} threads; load "
              f"before: {os.getloadavg()[0]:.1f}\n")
        print("| input | Python, images/s | Imaging Router, images/s | ratio | with our start-up | "
              "CPU time, ratio |")
        print("|---|---|---|---|---|---|")
        for size in dict.fromkeys([512, shipped_size]):
            as_shipped = size == shipped_size  # the paper's net sees an image once
            weights = with_input_size(shipped, size, temporary / f"at{size}.safetensors",
                                      **({} if as_shipped else {"mirror": "false"}))
            python, ours = [], []
            for _ in range(options.rounds):
                python.append(run_python(files, size, options.threads))
                ours.append(run_cli(options.cli, job, weights, options.threads, options.precision))
            slow = min(r["seconds"] for r in python)
            fast = min(r["seconds"] for r in ours)
            if any(r["ok"] != len(files) for r in ours):
                print(f"imaging-router-cli read {ours[0]['ok']} of {len(files)}", file=sys.stderr)
            print(f"| {size} | {len(files) / slow:.1f} | {len(files) / fast:.1f} | {slow / fast:.1f} | "
                  f"{slow / min(r['wall'] for r in ours):.1f} | "
                  f"{min(r['cpu'] for r in python) / min(r['cpu'] for r in ours):.1f} |", flush=True)
        print(f"\nPython: PyTorch {python[0]['torch']}, pydicom {python[0]['pydicom']}, "
              f"{python[0]['threads']} threads, start-up not counted. Ours: {ours[0]['device']}. "
              f"Load after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "--worker":
        print(json.dumps(python_job(sys.stdin.read().split("\n"), int(sys.argv[2]), int(sys.argv[3]))))
    else:
        main()
