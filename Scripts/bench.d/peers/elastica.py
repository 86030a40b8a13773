"""Solves the elastica model by alternating mask and relaxed normals, each by ADMM with DCT.

    elastica.py FIELD SIZE

The name of a work is a number: the alternation ends when the relaxed energy is at most a thousandth
above it. Otherwise it ends when u hardly changes.
"""

import sys

import numpy as np
import scipy.fft
import scipy.ndimage

from peer import serve
from tv import admm, divergence, gradient, symbol

ALPHA, BETA, COUPLING = 1.0, 10.0, 2.0


def lengths(p):
    return np.hypot(p[0], p[1])


def energy(u, n, r):
    p, curvature = gradient(u), divergence(n)
    length = lengths(p)
    terms = (ALPHA + BETA * curvature**2) * length + COUPLING * (length - (n * p).sum(0)) + r * u
    return float(terms.sum(dtype=np.float64))


def normals(u):
    p = gradient(scipy.ndimage.gaussian_filter(u, 1, mode="reflect"))
    return p / np.sqrt(p[0] ** 2 + p[1] ** 2 + 1e-4)


def variation_step(u, r, weight, spectrum, iterations=80):
    rho = max(1.0, COUPLING)
    v, d, b, w = u, gradient(u), np.zeros((2,) + u.shape, np.float32), np.zeros_like(u)
    for _ in range(iterations):
        right = rho * (v - w - divergence(d - b))
        u = scipy.fft.idctn(scipy.fft.dctn(right) / (rho * spectrum + rho))
        slope = gradient(u)
        q = slope + b
        length = lengths(q)
        d = q * (np.maximum(length - weight / rho, 0) / np.maximum(length, 1e-30))
        v = np.clip(u + w - r / rho, 0, 1)
        b += slope - d
        w += u - v
    return v


def normal_step(n, p, spectrum, iterations=60):
    length = lengths(p)
    edge = length[length > 0.05]
    r4 = COUPLING
    r5 = max(2 * BETA * float(np.median(edge)) if edge.size else 1.0, 1e-3)
    m, s = n, divergence(n)
    a, c = np.zeros_like(n), np.zeros_like(s)
    for _ in range(iterations):
        h = r4 * (m - a) - r5 * gradient(s + c)
        w = scipy.fft.idctn(scipy.fft.dctn(-divergence(h)) / (r4 + r5 * spectrum))
        n = (h - r5 * gradient(w)) / r4
        t = n + a + COUPLING * p / r4
        m = t / np.maximum(1, lengths(t))
        curvature = divergence(n)
        s = r5 * (curvature - c) / (r5 + 2 * BETA * length)
        a += n - m
        c += s - curvature
    return m


class Numbers(dict):
    """Maps every number, the energy to reach, to a function that reaches it."""

    def __init__(self, work):
        super().__init__()
        self.work = work

    def __missing__(self, name):
        return lambda: self.work(float(name))


def search(r, target=-np.inf):
    """Returns u, its energy, and the number of iterations until the target or a standstill."""
    spectrum = symbol(r.shape[0])
    u = admm(r, tolerance=1e-3)["u"]
    n = normals(u)
    for iteration in range(1, 61):  # noqa: B007  # returned below
        n = normal_step(n, gradient(u), spectrum)
        curvature = divergence(n)
        weight = ALPHA + BETA * curvature**2 + COUPLING
        before, u = u, variation_step(u, r + COUPLING * curvature, weight, spectrum)
        reached = energy(u, n, r)
        change = np.linalg.norm(u - before) / max(np.linalg.norm(before), 1)
        if reached <= target + 1e-3 * abs(target) or change < 1e-3:
            break
    return {"u": u, "energy": reached, "iterations": iteration}


def main():
    r = np.fromfile(sys.argv[1] + ".data", np.float32).reshape(int(sys.argv[2]), -1)

    def until(target):
        found = search(r, target)
        return {"energy": found["energy"], "iterations": found["iterations"]}

    serve(Numbers(until))


if __name__ == "__main__":
    main()
