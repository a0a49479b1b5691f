#!/usr/bin/env python3
"""Judges a recipe of `train` by sources it never saw: five folds of whole sources.

    models/cross_validate.py --cli build/app/cli/imaging-router-cli --manifest M/manifest.csv --work DIR \
        -- --init WEIGHTS --input-size 160 ... (options of `train`)

For each fold a net is trained on the other sources of the splits train and val, and classifies the fold's images. The
last line is one JSON object: macro F1 over all images, each judged by a net that had not seen its source; the mean over the
classes of the mean log loss (nats), which moves where macro F1 stands still; and both for each fold, over the classes it
has. "{fold}" in the options of train is the fold's number: a teacher must not have seen the fold either
(--teacher OTHER/fold{fold}.safetensors, of a run of this script into OTHER). A run that was broken off goes on where it stopped; what --corrections leaves out is left out here too.
"""

import argparse
import csv
import json
import math
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

# Each holds whole sources, and of every class that three sources have, one of them. Sources not named are always trained on.
FOLDS = [
    ["unifesp-xray"],
    ["nih-chestxray14", "helloworld-openi", "cspine-research-kr", "ufba-uesc-dental"],
    ["kermany-guangzhou", "hannover-covid", "uci-shoulder-implant", "mura"],
    ["aasce-spineweb16", "radiopaedia-covid", "oai-knee", "gerard-periapical", "rsna-boneage"],
    ["fraiwan-kauh", "twitter-chestimaging", "eurorad-covid", "isbi2015-ceph", "mini-mias", "atulgupta-panoramic"],
]
LOWEST = 1e-4  # a probability that is written as 0 costs no more than this


def read_corrections(path):
    if not path:
        return {}
    with open(path, newline="") as file:
        return {row["path"]: row["label"] for row in csv.DictReader(file)}


def write_manifest(rows, folder, held, path):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "label", "split", "group", "source"])
        for row in rows:
            split = "test" if row["source"] in held else row["split"]
            writer.writerow([folder / row["path"], row["label"], split, row["group"], row["source"]])


def figures(rows):
    """Macro F1 and balanced log loss over the classes that occur."""
    classes = sorted({row["label"] for row in rows})
    scores, losses = {}, {}
    for name in classes:
        hits = sum(row["label"] == name == row["class"] for row in rows)
        labelled = [row for row in rows if row["label"] == name]
        tagged = sum(row["class"] == name for row in rows)
        scores[name] = 2 * hits / (len(labelled) + tagged)
        losses[name] = sum(-math.log(max(LOWEST, float(row[name]))) for row in labelled) / len(labelled)
    return {"images": len(rows), "wrong": sum(row["label"] != row["class"] for row in rows),
            "macro_f1": round(sum(scores.values()) / len(classes), 4),
            "log_loss": round(sum(losses.values()) / len(classes), 4),
            "f1": {name: round(score, 3) for name, score in scores.items()}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli", required=True)
    parser.add_argument("--manifest", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--corrections", type=Path)
    parser.add_argument("--folds", nargs="+", type=int, default=list(range(1, len(FOLDS) + 1)), metavar="N",
                        choices=range(1, len(FOLDS) + 1), help="only these")
    parser.add_argument("train", nargs="*", help="options of train, after --")
    options = parser.parse_args()

    options.work.mkdir(parents=True, exist_ok=True)
    folder = options.manifest.parent.resolve()
    corrections = read_corrections(options.corrections)
    with open(options.manifest, newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] in ("train", "val")]
    for row in rows:
        row["label"] = corrections.get(row["path"], row["label"])
    rows = [row for row in rows if row["label"] != "exclude"]

    judged, by_fold = [], []
    for number in options.folds:
        held = FOLDS[number - 1]
        manifest = options.work / f"fold{number}.csv"
        weights = options.work / f"fold{number}.safetensors"
        predictions = options.work / f"fold{number}-predictions.csv"
        write_manifest(rows, folder, held, manifest)
        if not weights.exists():
            command = [options.cli, "train", "--manifest", manifest, "--output", weights, *(option.replace("{fold}", str(number)) for option in options.train)]
            if Path(f"{weights}.state").exists():
                command.append("--resume")
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            Path(f"{weights}.state").unlink()
        if not predictions.exists():
            subprocess.run([options.cli, "evaluate", "--manifest", manifest, "--split", "test", "--model", weights,
                            "--predictions", predictions], check=True, stdout=subprocess.DEVNULL)
        with open(predictions, newline="") as file:
            fold = [row for row in csv.DictReader(file) if row["class"]]
        by_fold.append({"sources": held, **figures(fold)})
        judged += fold
        print(json.dumps(by_fold[-1]), file=sys.stderr, flush=True)
    print(json.dumps({**figures(judged), "folds": by_fold}))


if __name__ == "__main__":
    main()
