#!/usr/bin/env python3
"""Makes the golden numbers of VariationalTests from independent implementations.

    python Scripts/golden/variational.py        # writes Tests/Fixtures/variational/*.json

Needs numpy, scipy, scikit-image and scikit-fmm. Deterministic: every random field comes from a
seed below. Inputs are rounded to values that Float and short decimals hold exactly, so that both
sides start from the same numbers; expected values have 10 significant digits.
"""

import json
import pathlib

import numpy as np
import scipy.ndimage
import skfmm
import skimage.filters

FOLDER = pathlib.Path(__file__).parents[2] / "Tests" / "Fixtures" / "variational"


def exact(values, bits=10):
    """Rounded to multiples of 2^-bits: exact in Float, short in decimal."""
    return np.round(np.asarray(values, float) * 2**bits) / 2**bits


def flat(values):
    return [float(f"{value:.10g}") for value in np.asarray(values, float).ravel()]


def smooth_noise(seed, height, width, sigma):
    """A random field in [0, 1] whose features are about sigma pixels wide."""
    field = scipy.ndimage.gaussian_filter(
        np.random.default_rng(seed).standard_normal((height, width)), sigma)
    return (field - field.min()) / (field.max() - field.min())


def write(name, value):
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps(value, separators=(",", ":")) + "\n")


# --- Gaussian, gradient, edge detector ----------------------------------------------------------


def squared_gradient(image):
    down, across = np.gradient(image)  # central differences, one-sided at the ends, as MATLAB
    return across**2 + down**2


def gaussian():
    image = exact(np.random.default_rng(1).random((17, 23)))
    cases = [
        {"sigma": sigma,
         "smoothed": flat(scipy.ndimage.gaussian_filter(image, sigma, mode="reflect", truncate=4))}
        for sigma in (0.7, 1.0, 2.5, 6.0)
    ]
    edge = 1 / (1 + 100 * squared_gradient(scipy.ndimage.gaussian_filter(image, 1.0)))
    write("gaussian", {
        "width": 23, "height": 17, "image": flat(image), "cases": cases,
        "squaredGradient": flat(squared_gradient(image)),
        "edge": {"iota": 100, "sigma": 1, "g": flat(edge)},
    })


# --- Geodesic distance: scikit-fmm --------------------------------------------------------------


def travel(slope, seeds):
    """|grad D| = slope, D = 0 at the seeds; points where phi is zero are scikit-fmm's start."""
    return np.asarray(skfmm.travel_time(np.where(seeds, 0.0, 1.0), 1 / slope, dx=1, order=1))


def geodesic():
    height, width = 26, 33
    rng = np.random.default_rng(2)
    seeds = np.zeros((height, width), bool)
    seeds[10:14, 5:9] = True
    seeds[20, 28] = True
    slope = exact(np.exp(rng.standard_normal((height, width))) + 0.05)

    image = exact(smooth_noise(3, height, width, 3))
    epsilon, beta, sigma, vartheta = 1e-3, 1000.0, 1.0, 0.1
    euclidean = travel(np.ones_like(image), seeds)
    smoothed = scipy.ndimage.gaussian_filter(image, sigma, mode="reflect", truncate=4)
    right_side = epsilon + beta * squared_gradient(smoothed) + vartheta * euclidean / euclidean.max()
    distance = travel(right_side, seeds)
    plain = travel(epsilon + beta * squared_gradient(image), seeds)
    write("geodesic", {
        "width": width, "height": height, "seeds": [int(s) for s in seeds.ravel()],
        "slope": flat(slope), "travel": flat(travel(slope, seeds)),
        "image": flat(image), "epsilon": epsilon, "beta": beta, "sigma": sigma,
        "vartheta": vartheta, "distance": flat(distance / distance.max()),
        "plainDistance": flat(plain / plain.max()),
    })


# --- Otsu: scikit-image -------------------------------------------------------------------------


def otsu():
    cases = []
    for seed, centres in ((4, (0.1, 0.5, 0.8)), (5, (0.2, 0.3, 0.9)), (6, (0.0, 0.4, 0.6))):
        rng = np.random.default_rng(seed)
        values = rng.choice(centres, (24, 24), p=(0.5, 0.3, 0.2)) + 0.06 * rng.standard_normal((24, 24))
        image = exact(np.clip(values, 0, 1))
        for classes in (2, 3, 4):
            cases.append({
                "classes": classes, "width": 24, "height": 24, "image": flat(image),
                "thresholds": flat(skimage.filters.threshold_multiotsu(image, classes, nbins=256)),
            })
    write("otsu", cases)


# --- Total variation and the n-step of the elastica model: Chambolle and Pock -------------------


def gradient(u):
    p = np.zeros((2,) + u.shape)
    p[0, :, :-1] = u[:, 1:] - u[:, :-1]
    p[1, :-1, :] = u[1:, :] - u[:-1, :]
    return p


def divergence(p):
    out = np.zeros(p.shape[1:])
    out[:, :-1] += p[0, :, :-1]
    out[:, 1:] -= p[0, :, :-1]
    out[:-1, :] += p[1, :-1, :]
    out[1:, :] -= p[1, :-1, :]
    return out


def total_variation_optimum(r, weight, tolerance=1e-6):
    """Primal and dual value of min over [0,1] of sum weight |grad u| + r u, nearly equal."""
    u, p = (r < 0).astype(float), np.zeros((2,) + r.shape)
    ahead, step = u.copy(), 1 / np.sqrt(8)
    primal, dual = np.inf, -np.inf
    for iteration in range(200_000):
        q = p + step * gradient(ahead)
        p = q / np.maximum(1, np.hypot(q[0], q[1]) / weight)
        before, u = u, np.clip(u + step * (divergence(p) - r), 0, 1)
        ahead = 2 * u - before
        if iteration % 200 == 0:
            primal = min(primal, (weight * np.hypot(*gradient(u)) + r * u).sum())
            dual = max(dual, np.minimum(0, r - divergence(p)).sum())
            if primal - dual <= tolerance * max(abs(primal), 1e-3):
                return primal, dual
    raise RuntimeError(f"no convergence: {primal} {dual}")


def disk(height, width, radius):
    y, x = np.mgrid[:height, :width]
    return np.hypot(y - (height - 1) / 2, x - (width - 1) / 2) - radius


def total_variation():
    height, width = 24, 28
    edge = exact(1 / (1 + 100 * squared_gradient(smooth_noise(7, height, width, 2))))
    fields = {
        "smooth": exact(2 * smooth_noise(8, height, width, 3) - 1.1),
        "rough": exact(smooth_noise(9, height, width, 0.8) - 0.55),
        "disk": exact(np.clip(disk(height, width, 7.5), -1, 1) * 0.3),
    }
    cases = []
    for name, r in fields.items():
        for mu in (0.2, 1.0):
            for is_weighted in (False, True):
                weight = mu * (edge if is_weighted else np.ones_like(edge))
                primal, dual = total_variation_optimum(r, weight)
                cases.append({
                    "field": name, "mu": mu, "isWeighted": is_weighted,
                    "primal": float(f"{primal:.10g}"), "dual": float(f"{dual:.10g}"),
                })
    write("totalVariation", {
        "width": width, "height": height, "edge": flat(edge),
        "fields": {name: flat(r) for name, r in fields.items()}, "cases": cases,
    })


def normal_optimum(p, beta, coupling, iterations=60_000):
    """min over |n| <= 1 of sum beta |p| (div n)^2 - coupling n . p, by Chambolle and Pock."""
    length = np.hypot(p[0], p[1])
    n, q = np.zeros_like(p), np.zeros(p.shape[1:])
    ahead, step = n.copy(), 1 / np.sqrt(8)
    best = np.inf
    for iteration in range(iterations):
        # F(s) = beta |p| s^2: its conjugate's proximal map scales, and is 0 where p is.
        q = (q + step * divergence(ahead)) * 2 * beta * length / (2 * beta * length + step)
        before, t = n, n + step * (gradient(q) + coupling * p)
        n = t / np.maximum(1, np.hypot(t[0], t[1]))
        ahead = 2 * n - before
        if iteration % 500 == 499:
            best = min(best, (beta * length * divergence(n) ** 2 - coupling * (n * p).sum(0)).sum())
    return best


def normals():
    height, width = 24, 28
    u = exact(np.clip(0.5 - 0.4 * (disk(height, width, 7) + 3 * smooth_noise(10, height, width, 2)), 0, 1))
    p = gradient(u)
    write("normals", {
        "width": width, "height": height, "u": flat(u),
        "cases": [
            {"beta": beta, "coupling": coupling, "energy": normal_optimum(p, beta, coupling)}
            for beta in (1.0, 10.0, 50.0) for coupling in (0.5, 2.0, 8.0)
        ],
    })


if __name__ == "__main__":
    gaussian()
    geodesic()
    otsu()
    total_variation()
    normals()
