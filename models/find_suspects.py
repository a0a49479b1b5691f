#!/usr/bin/env python3
"""Lists the labels of a data set that nets which never saw the image confidently disagree with.

    models/find_suspects.py --cli build/app/cli/imaging-router-cli --manifest M/manifest.csv --work DIR \
        -- --init WEIGHTS --input-size 160 ... (options of `train`)

The images of the splits train and val are dealt into folds by group (no patient in two); for each fold a net is
trained on the others and classifies it. DIR/suspects.csv lists the disagreements, most confident first, to be
looked at: what is wrong goes into a corrections file for `train --corrections`. A run that was broken off goes on
where it stopped.
"""

import argparse
import csv
import hashlib
import subprocess
import sys
from pathlib import Path


def dealt(group, parts, salt):
    return int.from_bytes(hashlib.sha256(f"{salt}{group}".encode()).digest()[:8], "big") % parts


def fold_manifest(rows, folder, fold, folds, path):
    """The fold is "test" for `evaluate`; of the rest a tenth validates."""
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "label", "split", "group", "source"])
        for row in rows:
            group = row["group"] or row["path"]
            if dealt(group, folds, "fold") == fold:
                split = "test"
            else:
                split = "val" if dealt(group, 10, "val") == 0 else "train"
            writer.writerow([folder / row["path"], row["label"], split, group, row["source"]])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli", required=True)
    parser.add_argument("--manifest", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--folds", type=int, default=4)
    parser.add_argument("--confidence", type=float, default=0.8, help="list disagreements from here on")
    parser.add_argument("train", nargs="*", help="options of train, after --")
    options = parser.parse_args()

    options.work.mkdir(parents=True, exist_ok=True)
    folder = options.manifest.parent.resolve()
    with open(options.manifest, newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] in ("train", "val")]
    suspects = []
    judged = 0
    for fold in range(options.folds):
        manifest = options.work / f"fold{fold}.csv"
        weights = options.work / f"fold{fold}.safetensors"
        predictions = options.work / f"fold{fold}-predictions.csv"
        fold_manifest(rows, folder, fold, options.folds, manifest)
        if not weights.exists():
            command = [options.cli, "train", "--manifest", manifest, "--output", weights, *options.train]
            if Path(f"{weights}.state").exists():
                command.append("--resume")
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([options.cli, "evaluate", "--manifest", manifest, "--split", "test", "--model", weights,
                        "--predictions", predictions], check=True, stdout=subprocess.DEVNULL)
        with open(predictions, newline="") as file:
            for row in csv.DictReader(file):
                judged += 1 if row["class"] else 0
                if row["class"] and row["class"] != row["label"] and float(row["confidence"]) >= options.confidence:
                    suspects.append((float(row["confidence"]), row))
    suspects.sort(key=lambda entry: -entry[0])
    with open(options.work / "suspects.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "label", "class", "confidence"])
        for confidence, row in suspects:
            writer.writerow([Path(row["path"]).relative_to(folder), row["label"], row["class"], f"{confidence:.3f}"])
    print(f"{len(suspects)} of {judged} images are suspect: {options.work / 'suspects.csv'}")


if __name__ == "__main__":
    sys.exit(main())
