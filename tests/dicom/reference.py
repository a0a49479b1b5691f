"""Display images by other programs' code: pydicom and numpy, dcmj2pnm where pydicom cannot decompress.

Usage: reference.py LIST OUTPUT-FOLDER. Writes <line number>.pgm for each file of LIST that it can render
exactly: monochrome with a VOI LUT or a linear window, 8-bit monochrome without, uncompressed RGB.
"""
import os
import subprocess
import sys

import numpy
import pydicom
from pydicom.multival import MultiValue
from pydicom.pixel_data_handlers.util import apply_modality_lut, apply_voi_lut


def first(value):
    return float(value[0] if isinstance(value, MultiValue) else value)


def padded(dataset, stored):
    if "PixelPaddingValue" not in dataset:
        return numpy.zeros(stored.shape, bool)
    ends = [int(dataset.PixelPaddingValue), int(dataset.get("PixelPaddingRangeLimit", dataset.PixelPaddingValue))]
    if dataset.PixelRepresentation == 1:
        ends = [end - 65536 if end > 32767 else end for end in ends]
    return (stored >= min(ends)) & (stored <= max(ends))


def has_window(dataset):
    return dataset.get("WindowWidth") not in (None, "") and first(dataset.WindowWidth) > 1 \
        and dataset.get("VOILUTFunction", "LINEAR") == "LINEAR"


def render(dataset):
    stored = dataset.pixel_array
    if int(dataset.get("NumberOfFrames", 1) or 1) > 1:
        stored = stored[0]
    if dataset.SamplesPerPixel == 3:
        big_endian = not dataset.is_little_endian  # pydicom 2.3 does not swap bytes of VR OW
        if dataset.PhotometricInterpretation != "RGB" or big_endian or dataset.file_meta.TransferSyntaxUID.is_compressed:
            return None
        return (stored * [0.299, 0.587, 0.114]).sum(-1) / 2 ** max(0, dataset.BitsStored - 8)
    if dataset.PhotometricInterpretation not in ("MONOCHROME1", "MONOCHROME2"):
        return None
    values = apply_modality_lut(stored, dataset)
    if "VOILUTSequence" in dataset:
        table = dataset.VOILUTSequence[0].LUTDescriptor
        gray = apply_voi_lut(values, dataset, prefer_lut=True) * 255.0 / (2 ** table[2] - 1)
    elif has_window(dataset):
        center, width = first(dataset.WindowCenter), first(dataset.WindowWidth)
        gray = numpy.clip((values - (center - 0.5)) / (width - 1) + 0.5, 0, 1) * 255
    elif dataset.BitsStored == 8 and dataset.PixelRepresentation == 0 and "RescaleSlope" not in dataset:
        gray = stored.astype(float)
    else:
        return None
    if dataset.PhotometricInterpretation == "MONOCHROME1" or dataset.get("PresentationLUTShape") == "INVERSE":
        gray = 255 - gray
    gray[padded(dataset, stored)] = 0
    return gray


def by_toolkit(dataset, path, to):
    if not has_window(dataset) or "PixelPaddingValue" in dataset or "VOILUTSequence" in dataset \
            or dataset.get((0x6000, 0x0010)):
        return
    for program in ("dcmj2pnm", "dcml2pnm"):
        done = subprocess.run([program, "--use-window", "1", "--frame", "1", path, to], capture_output=True)
        if done.returncode == 0:
            return
        if os.path.exists(to):
            os.remove(to)


def main():
    paths, folder = sys.argv[1:3]
    for number, path in enumerate(open(paths, encoding="utf-8").read().splitlines()):
        to = os.path.join(folder, f"{number}.pgm")
        try:
            dataset = pydicom.dcmread(path, force=True)
        except Exception:
            continue
        try:
            gray = render(dataset)
        except Exception:
            if dataset.get("SamplesPerPixel") == 1:
                by_toolkit(dataset, path, to)
            continue
        if gray is not None and gray.ndim == 2:
            pixels = numpy.clip(gray + 0.5, 0, 255).astype(numpy.uint8)
            with open(to, "wb") as out:
                out.write(b"P5\n%d %d\n255\n" % (gray.shape[1], gray.shape[0]) + pixels.tobytes())


main()
