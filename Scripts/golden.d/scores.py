#!/usr/bin/env python3
"""Computes scores of random masks by scikit-learn, and moments by NumPy.

Needs numpy and scikit-learn. Run from anywhere; the same versions give the same bytes.

    python3 Scripts/golden.d/scores.py
"""

import json
import pathlib

import numpy
import sklearn
from sklearn.metrics import confusion_matrix, f1_score, jaccard_score

FILE = pathlib.Path(__file__).resolve().parents[2] / "Tests/Fixtures/scores/scores.json"


def digits(mask):
    """Returns the pixels of a mask, row-major, as a string of 0 and 1."""
    return "".join("1" if pixel else "0" for pixel in mask.ravel())


def scored(segmentation, truth):
    """Returns counts and scores of a pair of masks; two empty masks score 1."""
    wanted, found = truth.ravel(), segmentation.ravel()
    counts = confusion_matrix(wanted, found, labels=[False, True]).ravel()
    return {
        "width": truth.shape[1],
        "height": truth.shape[0],
        "segmentation": digits(segmentation),
        "truth": digits(truth),
        **dict(zip(("tn", "fp", "fn", "tp"), (int(count) for count in counts))),
        "dice": float(f1_score(wanted, found, zero_division=1)),
        "jaccard": float(jaccard_score(wanted, found, zero_division=1)),
    }


def main():
    random = numpy.random.default_rng(20)
    pairs = []
    for _ in range(12):
        shape = tuple(random.integers(3, 17, size=2))
        density, flips = random.uniform(0.05, 0.95), random.uniform(0, 0.5)
        truth = random.random(shape) < density
        pairs.append(scored(truth ^ (random.random(shape) < flips), truth))
    empty, full = numpy.zeros((4, 5), dtype=bool), numpy.ones((4, 5), dtype=bool)
    pairs += [scored(a, b) for a in (empty, full) for b in (empty, full)]

    samples = []
    for count in (2, 3, 16, 27):
        values = random.random(count)
        samples.append(
            {
                "values": values.tolist(),
                "mean": float(values.mean()),
                "population": float(values.std(ddof=0)),
                "sample": float(values.std(ddof=1)),
            }
        )
    golden = {
        "made_with": f"scikit-learn {sklearn.__version__}, NumPy {numpy.__version__}",
        "pairs": pairs,
        "samples": samples,
    }
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
