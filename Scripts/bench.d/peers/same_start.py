#!/usr/bin/env python3
"""Compares how Dipper and the PyTorch peer train a network from the same weights, seed by seed.

    same_start.py METHOD SEEDS        for M1 or M2 of Config/lung.yaml, with the seeds 1 to SEEDS

Seeds alone do not allow a close comparison, since each side draws weights of its own and a few of
them are bad starts. So `dipper` runs twice: for one epoch that changes nothing, to obtain its
initial weights, and in full. The peer is then trained from those weights. This needs a release
build and the Python environment of Scripts/bench; M1 takes about 25 s for each seed and process.
Prints a line for each seed and one of JSON with the means, the mean difference (Dipper - peer) and
its standard error.
"""

import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import joblib
import numpy as np
import torch
import yaml
from safetensors.torch import load_file

import experiment

ROOT = pathlib.Path(__file__).resolve().parents[3]
FILE = ROOT / "Config/lung.yaml"
DIPPER = ROOT / ".build/release/dipper"
PROCESSES = 2


def run(scratch, name, config):
    """Runs a configuration and returns its run directory."""
    (scratch / f"{name}.yaml").write_text(yaml.safe_dump(config | {"name": name}))
    subprocess.run(
        [DIPPER, "run", scratch / f"{name}.yaml", "--out", scratch / name, "-j", str(PROCESSES)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return scratch / name


def rows(folder, name):
    with open(folder / "report" / f"{name}.csv") as file:
        yield from csv.DictReader(file)


def starts(folder):
    """Returns by seed the weights after one epoch without a step, which are the initial ones."""
    found = {}
    for row in rows(folder, "curves"):
        story = subprocess.run(
            [DIPPER, "explain", row["job"], folder], check=True, capture_output=True, text=True
        ).stdout
        digest = re.search(r"weights ([0-9a-f]+)", story)[1]
        weights = load_file(next((folder / "blobs").glob(f"*/{digest}*")))
        # The epoch has changed the running statistics, which are not among the drawn weights.
        found[int(row["seed"])] = {
            name: value for name, value in weights.items() if "running" not in name
        }
    return found


def peer(method, config, cases, tests, start):
    torch.manual_seed(1)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    return float(np.mean(experiment.train(method, config, cases, tests, start)))


def main():
    method, seeds = sys.argv[1], list(range(1, int(sys.argv[2]) + 1))
    if method not in ("M1", "M2"):
        sys.exit("same_start.py: M1 or M2: of the others a weights file holds one network of two")
    config = yaml.safe_load(FILE.read_text())
    cases, tests = experiment.prepare(FILE, config)
    folder = (FILE.parent / config["datasets"][0]["folder"]).resolve()
    ours = {key: value for key, value in config.items() if key not in ("seed", "overrides")}
    ours |= {"seeds": seeds, "methods": [method], "datasets": [{"folder": str(folder)}]}
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        still = ours["training"] | {"epochs": 1, "learning_rate": 1e-12}
        drawn = starts(run(scratch, "start", ours | {"training": still}))
        scores = {}
        for row in rows(run(scratch, "full", ours), "scores"):
            scores.setdefault(int(row["seed"]), []).append(float(row["dice"]))
        theirs = joblib.Parallel(n_jobs=PROCESSES)(
            joblib.delayed(peer)(method, config, cases, tests, drawn[seed]) for seed in seeds
        )
    own = np.array([np.mean(scores[seed]) for seed in seeds])
    for seed, a, b in zip(seeds, own, theirs):
        print(f"{method} seed {seed}: {a:.4f}, peer {b:.4f}")
    difference = own - theirs
    error = difference.std(ddof=1) / len(seeds) ** 0.5
    print(
        json.dumps(
            {
                "method": method,
                "seeds": len(seeds),
                "mean": own.mean(),
                "peer": float(np.mean(theirs)),
                "difference": difference.mean(),
                "standard_error": error,
            }
        )
    )


if __name__ == "__main__":
    main()
