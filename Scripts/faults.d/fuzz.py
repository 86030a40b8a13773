#!/usr/bin/env python3
# Fuzzes every decoder of foreign bytes, guided by coverage, for an hour in all.
"""Fuzzes every decoder of foreign bytes by libFuzzer, guided by coverage.

    Scripts/faults fuzz                    an hour in all, on all cores
    Scripts/faults fuzz --seconds 80       shorter
    Scripts/faults fuzz --decoder image    one alone

Each decoder must read an input or throw its module's own error. A trap, another error, more than
500 MB of memory or 5 seconds for one input are findings; their inputs are stored and named, and the
exit status is then 1. The corpus in .build-fuzz/corpus is where the next run begins. The build, in
.build-fuzz, takes some minutes the first time.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import struct
import subprocess
import sys
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build-fuzz"
DECODERS = [
    "worker-message",
    "coordinator-message",
    "blob-message",
    "safetensors",
    "configuration",
    "dataset",
    "markers",
    "image",
    "nifti-volume",
    "nrrd",
    "metaimage",
    "tiff",
    "jpeg",
    "dicom",
]
# The volumes of the tests with which each decoder begins.
VOLUMES = {
    "nifti-volume": "*.nii*",
    "nrrd": "*.nrrd",
    "metaimage": "*.mha",
    "tiff": "*.tiff",
    "jpeg": "*.jpg",
    "dicom": "**/*.dcm",
}


def png(bits, width=5, height=4):
    """Returns a grey PNG of 8 or 16 bits."""

    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    rows = (b"\0" + bytes((7 * x) % 256 for x in range(width * bits // 8)) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"".join(rows)))
        + chunk(b"IEND", b"")
    )


def nifti(width=5, height=4):
    """Returns a single-file NIfTI-1 of 16-bit integers."""
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 2, width, height, 1, 1, 1, 1, 1)
    struct.pack_into("<hh", header, 70, 4, 16)
    struct.pack_into("<8f", header, 76, 1, 1, 1, 1, 1, 1, 1, 1)
    struct.pack_into("<f", header, 108, 352)
    header[344:348] = b"n+1\0"
    return bytes(header) + bytes(2 * width * height)


def safetensors():
    header = b'{"__metadata__":{"step":"3"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
    header += b" " * (-len(header) % 8)
    return struct.pack("<Q", len(header)) + header + struct.pack("<2f", 1, 2)


def samples(decoder):
    """Returns valid inputs, from which mutations start."""
    if decoder == "configuration":
        return [path.read_bytes() for path in sorted((ROOT / "Config").glob("*.yaml"))]
    if decoder == "markers":
        return [b'{"points": [[1, 2], [3.5, 4], [5, 1e1]]}']
    if decoder == "dataset":
        return [
            b'{"name": "a", "intensity": {"window": [-100, 200]}, "cases": [{"id": "p", '
            b'"image": "i.png", "truth": "t.png", "markers": "m.json", "patient": null, '
            b'"split": "train"}]}'
        ]
    if decoder == "safetensors":
        return [safetensors()]
    if decoder == "image":
        return [png(8), png(16), nifti()]
    if decoder in VOLUMES:
        folder = ROOT / "Tests" / "Fixtures" / "volumes"
        return [path.read_bytes() for path in sorted(folder.glob(VOLUMES[decoder]))]
    # These are an empty message of this version, and one with a heartbeat.
    return [b"\x08\x01", b"\x08\x01\x1a\x00"]


def build():
    print("fuzz: building with instrumentation", flush=True)
    subprocess.run(
        [
            "swift",
            "build",
            "-c",
            "release",
            "--sanitize=fuzzer",
            "--scratch-path",
            BUILD,
            "--product",
            "dipper-fuzz",
        ],
        check=True,
        cwd=ROOT,
        env={**os.environ, "DIPPER_FUZZ": "1"},
        stdout=sys.stderr,
    )


def fuzz(decoder, seconds):
    """Fuzzes one decoder; returns a line about it, and whether there was a finding."""
    corpus, findings = BUILD / "corpus" / decoder, BUILD / "findings" / decoder
    for folder in (corpus, findings):
        folder.mkdir(parents=True, exist_ok=True)
    for number, sample in enumerate(samples(decoder)):
        (corpus / f"sample-{number}").write_bytes(sample)
    log = findings / "log"
    with open(log, "w") as said:
        status = subprocess.run(
            [
                BUILD / "release" / "dipper-fuzz",
                f"-max_total_time={seconds}",
                "-timeout=5",
                "-rss_limit_mb=500",
                "-max_len=16384",
                "-print_final_stats=1",
                f"-artifact_prefix={findings}/",
                corpus,
            ],
            env={**os.environ, "DIPPER_DECODER": decoder},
            stdout=said,
            stderr=said,
            check=False,
        ).returncode
    text = log.read_text(errors="replace")

    def number(name):
        return (re.findall(rf"stat::{name}:\s+(\d+)", text) or ["0"])[-1]

    edges = (re.findall(r"cov: (\d+)", text) or ["0"])[-1]
    line = (
        f"fuzz: {decoder}: {int(number('number_of_executed_units')):,} inputs in {seconds} s, "
        f"{edges} edges, peak {number('peak_rss_mb')} MB, "
    )
    return line + ("nothing found" if status == 0 else f"FOUND: see {findings}"), status != 0


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=3600, help="in all, over the decoders")
    parser.add_argument("--decoder", choices=DECODERS, action="append")
    options = parser.parse_args()
    build()
    decoders = options.decoder or DECODERS
    share = max(1, options.seconds // len(decoders))
    found = False
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for line, is_finding in pool.map(lambda decoder: fuzz(decoder, share), decoders):
            print(line, flush=True)
            found |= is_finding
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
