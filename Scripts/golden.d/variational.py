#!/usr/bin/env python3
"""Computes the expected values of VariationalTests by independent implementations.

    Scripts/golden variational       writes Tests/Fixtures/variational/*.json

Needs numpy, scipy, scikit-image and scikit-fmm. Deterministic: every random field comes from a
seed below. Inputs are rounded to values that Float and short decimals hold exactly, so that both
sides start from the same numbers; expected values have 10 significant digits.
"""

import json
import pathlib

import numpy as np
import scipy.ndimage
import scipy.optimize
import skfmm
import skimage.filters

FOLDER = pathlib.Path(__file__).parents[2] / "Tests" / "Fixtures" / "variational"


def exact(values, bits=10):
    """Rounds to multiples of 2^-bits, which are exact in Float and short in decimal."""
    return np.round(np.asarray(values, float) * 2**bits) / 2**bits


def flat(values):
    return [float(f"{value:.10g}") for value in np.asarray(values, float).ravel()]


def smooth_noise(seed, height, width, sigma):
    """Returns a random field in [0, 1] whose features are about sigma pixels wide."""
    field = scipy.ndimage.gaussian_filter(
        np.random.default_rng(seed).standard_normal((height, width)), sigma
    )
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
        {
            "sigma": sigma,
            "smoothed": flat(
                scipy.ndimage.gaussian_filter(image, sigma, mode="reflect", truncate=4)
            ),
        }
        for sigma in (0.7, 1.0, 2.5, 6.0)
    ]
    edge = 1 / (1 + 100 * squared_gradient(scipy.ndimage.gaussian_filter(image, 1.0)))
    write(
        "gaussian",
        {
            "width": 23,
            "height": 17,
            "image": flat(image),
            "cases": cases,
            "squaredGradient": flat(squared_gradient(image)),
            "edge": {"iota": 100, "sigma": 1, "g": flat(edge)},
        },
    )


# --- Geodesic distance: scikit-fmm --------------------------------------------------------------


def travel(slope, seeds):
    """Solves |grad D| = slope with D = 0 at the seeds, which are scikit-fmm's zeros of phi."""
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
    right_side = (
        epsilon + beta * squared_gradient(smoothed) + vartheta * euclidean / euclidean.max()
    )
    distance = travel(right_side, seeds)
    plain = travel(epsilon + beta * squared_gradient(image), seeds)
    write(
        "geodesic",
        {
            "width": width,
            "height": height,
            "seeds": [int(s) for s in seeds.ravel()],
            "slope": flat(slope),
            "travel": flat(travel(slope, seeds)),
            "image": flat(image),
            "epsilon": epsilon,
            "beta": beta,
            "sigma": sigma,
            "vartheta": vartheta,
            "distance": flat(distance / distance.max()),
            "plainDistance": flat(plain / plain.max()),
        },
    )


# --- Otsu: scikit-image -------------------------------------------------------------------------


def otsu():
    cases = []
    for seed, centres in ((4, (0.1, 0.5, 0.8)), (5, (0.2, 0.3, 0.9)), (6, (0.0, 0.4, 0.6))):
        rng = np.random.default_rng(seed)
        values = rng.choice(centres, (24, 24), p=(0.5, 0.3, 0.2))
        values = values + 0.06 * rng.standard_normal((24, 24))
        image = exact(np.clip(values, 0, 1))
        for classes in (2, 3, 4):
            cases.append(
                {
                    "classes": classes,
                    "width": 24,
                    "height": 24,
                    "image": flat(image),
                    "thresholds": flat(
                        skimage.filters.threshold_multiotsu(image, classes, nbins=256)
                    ),
                }
            )
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
    """Minimises sum weight |grad u| + r u over [0, 1]; returns primal and dual value."""
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
                cases.append(
                    {
                        "field": name,
                        "mu": mu,
                        "isWeighted": is_weighted,
                        "primal": float(f"{primal:.10g}"),
                        "dual": float(f"{dual:.10g}"),
                    }
                )
    write(
        "totalVariation",
        {
            "width": width,
            "height": height,
            "edge": flat(edge),
            "fields": {name: flat(r) for name, r in fields.items()},
            "cases": cases,
        },
    )


def normal_optimum(p, beta, coupling, iterations=60_000):
    """Minimises sum beta |p| (div n)^2 - coupling n . p over |n| <= 1, by Chambolle and Pock."""
    length = np.hypot(p[0], p[1])
    n, q = np.zeros_like(p), np.zeros(p.shape[1:])
    ahead, step = n.copy(), 1 / np.sqrt(8)
    best = np.inf
    for iteration in range(iterations):
        # The proximal map of the conjugate of F(s) = beta |p| s^2 scales; it is 0 where p is 0.
        q = (q + step * divergence(ahead)) * 2 * beta * length / (2 * beta * length + step)
        before, t = n, n + step * (gradient(q) + coupling * p)
        n = t / np.maximum(1, np.hypot(t[0], t[1]))
        ahead = 2 * n - before
        if iteration % 500 == 499:
            best = min(best, (beta * length * divergence(n) ** 2 - coupling * (n * p).sum(0)).sum())
    return best


def normals():
    height, width = 24, 28
    field = disk(height, width, 7) + 3 * smooth_noise(10, height, width, 2)
    u = exact(np.clip(0.5 - 0.4 * field, 0, 1))
    p = gradient(u)
    write(
        "normals",
        {
            "width": width,
            "height": height,
            "u": flat(u),
            "cases": [
                {"beta": beta, "coupling": coupling, "energy": normal_optimum(p, beta, coupling)}
                for beta in (1.0, 10.0, 50.0)
                for coupling in (0.5, 2.0, 8.0)
            ],
        },
    )


# --- The elastica model: both fields at once, by L-BFGS-B ---------------------------------------
#
# This is not the alternation that is under test: u and n = rho (cos t, sin t) are varied together,
# with 0 <= u <= 1 and 0 <= rho <= 1 as bounds, and |grad u| is smoothed less and less. Because the
# energy is not convex, the best result of several starts is the reference.


def relaxed_energy(u, n, r, beta, coupling):
    """Returns sum (1 + beta (div n)^2) |grad u| + coupling (|grad u| - n . grad u) + r u."""
    p = gradient(u)
    length = np.hypot(*p)
    along = (n * p).sum(0)
    return ((1 + beta * divergence(n) ** 2) * length + coupling * (length - along) + r * u).sum()


def normals_of(u):
    p = gradient(scipy.ndimage.gaussian_filter(u, 1.0, mode="reflect", truncate=4))
    return p / np.sqrt(p[0] ** 2 + p[1] ** 2 + 1e-4)


def elastica_energy(u, r, beta):
    """Returns the elastica energy of u with the curvature of its own normals."""
    return relaxed_energy(u, normals_of(u), r, beta, 0)


def smoothed_energy(x, r, beta, coupling, epsilon):
    """Returns the relaxed energy with a smoothed |grad u|, and its gradient.

    The smoothed length is sqrt(|grad u|^2 + epsilon^2) - epsilon.
    """
    u, rho, angle = x.reshape((3,) + r.shape)
    across = np.stack((np.cos(angle), np.sin(angle)))
    along = np.stack((-np.sin(angle), np.cos(angle)))
    n, p = rho * across, gradient(u)
    root = np.sqrt(p[0] ** 2 + p[1] ** 2 + epsilon**2)
    length, kappa = root - epsilon, divergence(n)
    weight = 1 + beta * kappa**2 + coupling
    value = (weight * length - coupling * (n * p).sum(0) + r * u).sum()
    by_u = r - divergence(weight * p / root - coupling * n)
    by_n = -gradient(2 * beta * kappa * length) - coupling * p
    by_n[0, :, -1] = by_n[1, -1, :] = 0  # the divergence and p do not depend on these
    by_polar = ((across * by_n).sum(0), rho * (along * by_n).sum(0))
    return value, np.concatenate([part.ravel() for part in (by_u, *by_polar)])


def elastica_descent(u, n, r, beta, coupling):
    """Returns the least energy during the descent from a pair, and its u."""
    x = np.concatenate((u.ravel(), np.hypot(*n).ravel(), np.arctan2(n[1], n[0]).ravel()))
    bounds = [(0, 1)] * (2 * r.size) + [(None, None)] * r.size
    best = np.inf, u
    for epsilon in (0.1, 0.03, 0.01, 1e-3, 1e-4):
        x = scipy.optimize.minimize(
            smoothed_energy,
            x,
            (r, beta, coupling, epsilon),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 2000, "maxfun": 4000, "maxcor": 20, "ftol": 1e-10, "gtol": 1e-7},
        ).x
        u, rho, angle = x.reshape((3,) + r.shape)
        value = relaxed_energy(u, rho * np.stack((np.cos(angle), np.sin(angle))), r, beta, coupling)
        if value < best[0]:
            best = value, u
    return best


def elastica_reference(r, beta, coupling):
    inside = (r < 0).astype(float)
    starts = [scipy.ndimage.gaussian_filter(inside, sigma) for sigma in (0.5, 1.5, 4)]
    return min(
        (elastica_descent(u, normals_of(u), r, beta, coupling) for u in starts),
        key=lambda found: found[0],
    )


def elastica():
    height, width = 28, 32
    rng = np.random.default_rng(12)
    notched = np.clip(disk(height, width, 9.5), -1, 1)
    notched[11:17, 20:] = 0.3
    left, right = (np.roll(disk(height, width, 6), shift, 1) for shift in (5, -5))
    pair = np.clip(np.minimum(left, right), -1, 1)
    fields = {
        "notched": exact(notched * 0.6 + rng.uniform(-0.4, 0.4, (height, width))),
        "pair": exact(pair * 0.5 + rng.uniform(-0.2, 0.2, (height, width))),
        "smooth": exact(2 * (0.55 - smooth_noise(13, height, width, 4))),
    }
    cases = []
    for name, r in fields.items():
        _, bound = total_variation_optimum(r, np.ones_like(r))
        for beta, coupling in ((1, 2), (10, 0.5), (10, 2), (10, 8), (50, 2), (100, 8)):
            energy, u = elastica_reference(r, beta, coupling)
            mask = u > 0.5
            cases.append(
                {
                    "field": name,
                    "beta": beta,
                    "coupling": coupling,
                    "energy": float(f"{energy:.10g}"),
                    "bound": float(f"{bound:.10g}"),
                    "mask": "".join("1" if inside else "0" for inside in mask.ravel()),
                    "elasticaEnergyOfMask": float(f"{elastica_energy(mask * 1.0, r, beta):.10g}"),
                }
            )
            print(
                name,
                beta,
                coupling,
                energy,
                bound,
                mask.sum(),
                cases[-1]["elasticaEnergyOfMask"],
                flush=True,
            )
    write(
        "elastica",
        {
            "width": width,
            "height": height,
            "fields": {name: flat(r) for name, r in fields.items()},
            "cases": cases,
        },
    )


if __name__ == "__main__":
    gaussian()
    geodesic()
    otsu()
    total_variation()
    normals()
    elastica()
