#!/usr/bin/env python3
"""Trains the seven nets on one data set, each with the same budget of processor time, and compares them.

    models/train_seven.py --cli build/app/cli/imaging-router-cli --manifest M/manifest.csv --work DIR \
        --init mobilenet_v1=W/mobilenet_v1_imagenet.safetensors --init mobilenet_v2=W/mobilenet_v2_imagenet.safetensors

Nets with --init start from those weights (classifier first, the rest at 4e-4), the others from nothing (1e-3), on images
that grow from --start-size. The cost of an image is measured first, and the number of epochs follows from it: --minutes
of one thread for each net. With --teacher WEIGHTS every net is trained a second time, half after what that model sees in each image
as augmented, and towards features like its own. A run that was broken off goes on where it stopped: the same command again. At the end
`compare` measures what is there on each of --splits; DIR/results.md has the tables.
"""

import argparse
import collections
import csv
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

NETS = ["mobilenet_v1", "mobilenet_v2", "resnet18", "resnet34", "efficientnet_b0", "efficientnet_b1", "efficientnet_b2"]
COMMON = ("--crop-margins --stretch-greys --augment middle --batch 16 --warmup-epochs 0.5 --restart-epochs 0 "
          "--average-decay 0.995 --weight-decay 0.02 --label-smoothing 0.05 --class-balance 0.7 --source-balance 0.5 "
          "--clip-norm 5").split()
PRETRAINED = "--lr 4e-4 --head-epochs 1 --head-only-rate 2e-3 --head-rate 2 --freeze-units 4".split()
FROM_NOTHING = "--lr 1e-3".split()
EPOCH_IMAGES = 2000
PROBES = (64, 448)  # images


def processor_seconds(command):
    """Of the command and all its threads; its output is thrown away."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env={**os.environ, "OMP_NUM_THREADS": "1"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class Trainer:
    def __init__(self, options):
        self.options = options
        self.inits = dict(pair.split("=", 1) for pair in options.init)

    def command(self, net, output, epochs, images, manifest=None):
        command = [self.options.cli, "train", "--arch", net, "--manifest", manifest or self.options.manifest,
                   "--output", output, "--input-size", str(self.options.size), "--epochs", str(epochs),
                   "--epoch-images", str(images), "--seed", str(self.options.seed), "--threads", "1", *COMMON]
        if self.options.corrections and not manifest:
            command += ["--corrections", self.options.corrections]
        if net in self.inits:
            return command + ["--init", self.inits[net], *PRETRAINED]
        growth = ["--start-size", str(self.options.start_size)] if self.options.start_size and not manifest else []
        return command + FROM_NOTHING + growth

    def epoch_cost(self, net):
        """Of a mean epoch, in epochs of images that have the whole size; as sideAt() in core/nn/schedule.cpp."""
        start = self.options.start_size
        if not start or net in self.inits:
            return 1
        sides = range(start, self.options.size, 32)
        return 0.4 + 0.6 * sum((side / self.options.size) ** 2 for side in sides) / len(sides)

    def seconds_an_image(self, net):
        """Of a step on everything: two short runs, so that what every run costs drops out."""
        probe = self.options.work / f"{net}-probe.safetensors"
        manifest = self.probe_manifest(net)
        seconds = []
        for images in PROBES:
            command = self.command(net, probe, 3, images, manifest)
            seconds.append(processor_seconds(command))
            Path(f"{probe}.state").unlink(missing_ok=True)
        probe.unlink()
        manifest.unlink()
        epochs = 2 if net in self.inits else 3  # the first one trains the classifier alone, at next to no cost
        return (seconds[1] - seconds[0]) / (epochs * (PROBES[1] - PROBES[0]))

    def probe_manifest(self, net):
        """A few images of each class, so that passes over all of them do not hide what a step costs."""
        with open(self.options.manifest, newline="") as file:
            rows = list(csv.DictReader(file))
        path = self.options.work / f"{net}-probe.csv"
        taken = collections.Counter()
        with open(path, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["path", "label", "split", "group", "source"])
            for row in rows:
                kind = row["label"], row["split"]
                if row["split"] in ("train", "val") and taken[kind] < 40:
                    taken[kind] += 1
                    writer.writerow([self.options.manifest.parent.resolve() / row["path"], row["label"],
                                     row["split"], row.get("group", ""), row.get("source", "")])
        return path

    def train(self, net, name, teacher):
        output = self.options.work / f"{name}.safetensors"
        plan_file = self.options.work / f"{net}.plan.json"
        if plan_file.exists():
            plan = json.loads(plan_file.read_text())
        else:
            cost = self.seconds_an_image(net)
            plan = {"ms_an_image": round(cost * 1000, 1),
                    "epochs": max(2, round(self.options.minutes * 60 / (cost * EPOCH_IMAGES * self.epoch_cost(net))))}
            plan_file.write_text(json.dumps(plan))
        if not output.exists():
            print(f"{name}: {plan['epochs']} epochs of {EPOCH_IMAGES} images", file=sys.stderr, flush=True)
            command = self.command(net, output, plan["epochs"], EPOCH_IMAGES)
            if teacher:
                command += ["--teacher", teacher, "--teacher-weight", "0.5", "--teacher-features", "1"]
            if Path(f"{output}.state").exists():
                command.append("--resume")
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "OMP_NUM_THREADS": "1"})
        return output, plan


def with_interval(model, key):
    low, high = model[f"{key}_interval"]
    return f"{model[key]:.3f} [{low:.3f}, {high:.3f}]"


def table(options, split, trained):
    weights = ",".join(str(path) for path, _ in trained.values())
    done = subprocess.run([options.cli, "compare", "--models", weights, "--manifest", options.manifest, "--split", split,
                           "--json"], check=True, stdout=subprocess.PIPE)
    report = json.loads(done.stdout)
    lines = [f"### {split} ({report['read']} images)", "",
             "| net | start | epochs | macro recall | macro precision | macro F1 | ms an image | parameters |",
             "|---|---|---|---|---|---|---|---|"]
    for (name, (path, plan)), model in zip(trained.items(), report["models"]):
        net, _, variant = name.partition("+")
        start = "ImageNet" if net in dict(pair.split("=", 1) for pair in options.init) else "nothing"
        lines.append("| " + " | ".join([
            net, start + (", teacher" if variant else ""), str(plan["epochs"]), with_interval(model, "macro_recall"),
            with_interval(model, "macro_precision"), with_interval(model, "macro_f1"),
            f"{model['inference_ms']:.1f}" if model["inference_ms"] else "", f"{model['parameters']:,}"]) + " |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli", required=True)
    parser.add_argument("--manifest", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--corrections")
    parser.add_argument("--init", action="append", default=[], metavar="NET=FILE")
    parser.add_argument("--teacher")
    parser.add_argument("--minutes", type=float, default=60, help="of one thread, for each net")
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--start-size", type=int, default=0, help="of nets that start from nothing; 0: the whole size")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--nets", nargs="+", default=NETS, choices=NETS)
    parser.add_argument("--splits", nargs="+", default=["test", "external"])
    options = parser.parse_args()

    options.work.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(options)
    trained = {net: trainer.train(net, net, None) for net in options.nets}
    if options.teacher:
        trained.update({f"{net}+teacher": trainer.train(net, f"{net}-taught", options.teacher) for net in options.nets})
    results = "\n".join(table(options, split, trained) for split in options.splits)
    (options.work / "results.md").write_text(results)
    print(results)


if __name__ == "__main__":
    main()
