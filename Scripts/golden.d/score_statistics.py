#!/usr/bin/env python3
"""Computes surface distances and statistics by SciPy.

    Scripts/golden score_statistics      writes Tests/Fixtures/scores/statistics.json

The same versions of the libraries give the same bytes. The name is not statistics.py because
libraries that import Python's module of that name would find this file.
"""

import json
import pathlib

import numpy
import scipy
from scipy import ndimage, stats

FILE = pathlib.Path(__file__).resolve().parents[2] / "Tests/Fixtures/scores/statistics.json"


def digits(mask):
    """Returns the pixels of a mask, row-major, as a string of 0 and 1."""
    return "".join("1" if pixel else "0" for pixel in mask.ravel())


def boundary(mask):
    """Returns the pixels inside with one of four neighbours outside, or at the image's edge."""
    return mask & ~ndimage.binary_erosion(mask)


def measured(found, wanted, spacing):
    """Returns HD95 and ASSD as in Metrics Reloaded, but neither if a mask is empty.

    `spacing` is (x, y).
    """
    case = {
        "width": wanted.shape[1],
        "height": wanted.shape[0],
        "spacing": list(spacing),
        "segmentation": digits(found),
        "truth": digits(wanted),
    }
    if found.any() and wanted.any():

        def directed(one, other):
            sampling = (spacing[1], spacing[0])
            return ndimage.distance_transform_edt(~other, sampling=sampling)[one]

        edges = boundary(found), boundary(wanted)
        outward, inward = directed(*edges), directed(*edges[::-1])
        case["hd95"] = max(numpy.percentile(outward, 95), numpy.percentile(inward, 95))
        case["assd"] = numpy.concatenate([outward, inward]).mean()
    return case


def distances(random):
    spacings = [(1, 1), (0.7, 0.7), (1.75, 1.25), (0.5, 3)]
    cases = []
    for index in range(12):
        shape = tuple(random.integers(8, 33, size=2))

        def blobs(shape=shape):
            smooth = ndimage.gaussian_filter(random.random(shape), 2)
            return smooth > numpy.quantile(smooth, random.uniform(0.3, 0.95))

        cases.append(measured(blobs(), blobs(), spacings[index % 4]))
    sparse = numpy.zeros((9, 14), dtype=bool)
    sparse[7, 13] = True
    full = numpy.ones((9, 14), dtype=bool)
    empty = numpy.zeros((9, 14), dtype=bool)
    cases += [measured(sparse, full, (2, 0.5)), measured(full, full, (1, 1))]
    cases += [measured(empty, full, (1, 1)), measured(sparse, empty, (1, 1))]
    cases += [measured(empty, empty, (1, 1))]
    return cases


def transform(random):
    """Returns the squared distances to a sparse mask, row-major."""
    mask = random.random((23, 31)) < 0.02
    found = ndimage.distance_transform_edt(~mask, sampling=(1.25, 0.4)) ** 2
    return {
        "width": 31,
        "height": 23,
        "spacing": [0.4, 1.25],
        "mask": digits(mask),
        "squares": found.ravel().tolist(),
    }


def counted(differences):
    """Returns the p-value of the signed-rank test by listing all choices of signs."""
    ranks = stats.rankdata(numpy.abs(differences))
    doubled = (2 * ranks[differences != 0]).astype(numpy.int16)
    sums = numpy.zeros(1, dtype=numpy.int16)
    for rank in doubled:
        sums = numpy.concatenate([sums - rank, sums + rank])
    return numpy.mean(numpy.abs(sums) >= abs(numpy.sum(2 * ranks * numpy.sign(differences))))


def tested(differences):
    exact = len(differences) <= 25
    # SciPy lists the permutations of 2 pairs or more, and of more than 13 only in minutes.
    permuted = 2 <= len(differences) <= 13
    result = stats.wilcoxon(
        differences,
        zero_method="pratt",
        correction=False,
        method=stats.PermutationMethod(n_resamples=numpy.inf) if permuted else "asymptotic",
    )
    p = counted(differences) if exact else result.pvalue
    assert not permuted or numpy.isclose(p, result.pvalue, rtol=1e-12)
    return {
        "differences": differences.tolist(),
        "distribution": "exact" if exact else "normal",
        "statistic": float(result.statistic),
        "p": float(p),
    }


def tests(random):
    samples = [
        random.normal(shift, 1, n)
        for n, shift in [
            (1, 0),
            (2, 0),
            (5, 1),
            (16, 0.3),
            (16, 0.8),
            (25, -0.5),
            (26, 0.3),
            (60, 0.4),
        ]
    ]
    # The next samples have ties, and ties with zeros.
    samples += [random.integers(1, 5, n) * random.choice([-1, 1], n) / 8 for n in (6, 16, 27)]
    samples += [random.integers(-3, 5, n) / 4 for n in (7, 16, 40)]
    ties = numpy.random.default_rng(22)
    samples += [ties.integers(-2, 5, n) / 4 for n in (1, 2, 3, 4, 5, 8, 12, 13, 20, 25, 25, 26)]
    return [tested(numpy.asarray(sample, dtype=float)) for sample in samples]


def intervals(random):
    """Computes percentile bootstrap intervals of the mean from a million resamples."""
    found = []
    for values in [random.random(16), random.exponential(1, 27), random.normal(0, 1, 5)]:
        result = stats.bootstrap(
            (values,),
            numpy.mean,
            n_resamples=1_000_000,
            batch=50_000,
            method="percentile",
            confidence_level=0.95,
            random_state=1,
        )
        found.append(
            {
                "values": values.tolist(),
                "low": float(result.confidence_interval.low),
                "high": float(result.confidence_interval.high),
            }
        )
    return found


def main():
    random = numpy.random.default_rng(21)
    golden = {
        "made_with": f"SciPy {scipy.__version__}, NumPy {numpy.__version__}",
        "distances": distances(random),
        "transform": transform(random),
        "tests": tests(random),
        "intervals": intervals(random),
    }
    FILE.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
