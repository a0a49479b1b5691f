#!/usr/bin/env python3
"""Prints the tables of a model card from `evaluate --json` reports.

    imaging-router-cli evaluate --manifest M --model W --split test --json > test.json   (and external, …)
    models/card_tables.py "internal test=test.json" "external=external.json"
"""

import json
import sys


def interval(value, bounds):
    return f"{value:.3f} [{bounds[0]:.3f}, {bounds[1]:.3f}]"


def row(cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def head(cells):
    row(cells)
    row(["---"] * len(cells))


def right_of(matrix, i):
    total = sum(matrix[i])
    return f"{matrix[i][i]} of {total}" if total else ""


def main():
    reports = [(name, json.load(open(path))) for name, path in (pair.split("=", 1) for pair in sys.argv[1:])]
    head(["set", "images", "macro precision", "macro recall", "macro F1", "accuracy", "to review",
          "accuracy of the rest"])
    for name, report in reports:
        row([name, report["read"]]
            + [interval(report[key], report[key + "_interval"])
               for key in ("macro_precision", "macro_recall", "macro_f1", "accuracy")]
            + [report["needs_review"], f"{report['without_review']['accuracy']:.3f}"])
    for name, report in reports:
        classes = report["classes"]
        print(f"\n### {name.capitalize()}\n")
        head(["class", "images", "precision", "recall", "F1"])
        for label in classes:
            figures = report["per_class"][label]
            row([label, figures["support"]]
                + [interval(figures[key], figures[key + "_interval"]) for key in ("precision", "recall", "f1")])
        print("\nLabel in rows, tag in columns:\n")
        head([""] + classes)
        for label, counts in zip(classes, report["confusion_matrix"]):
            row([label] + counts)
        print("\nBy source, right of how many:\n")
        head(["source", "all"] + classes)
        for source, figures in sorted(report["by"]["source"].items()):
            matrix = figures["confusion_matrix"]
            total = sum(map(sum, matrix))
            right = sum(matrix[i][i] for i in range(len(matrix)))
            row([source, f"{right} of {total}"] + [right_of(matrix, i) for i in range(len(classes))])
        print("\nAdult or child, on the sources that have both:\n")
        head(["source", "adults", "children", "adults right", "children right", "balanced accuracy"])
        for ages in report["adult_child"]:
            if ages["source"]:
                row([ages["source"], ages["adults"], ages["children"], f"{ages['adult_recall']:.3f}",
                     f"{ages['child_recall']:.3f}", f"{ages['balanced_accuracy']:.3f}"])


if __name__ == "__main__":
    sys.exit(main())
