"""Minimises INT |grad u| + INT r u over 0 <= u <= 1, to a relative duality gap of 1e-4, one thread.

    tv.py FIELD SIZE

`admm` uses SciPy's cosine transforms, `primal-dual` uses PyTorch.
"""

import os
import sys

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
import scipy.fft
import torch

from peer import serve

TOLERANCE, EVERY, LIMIT = 1e-4, 10, 20_000


def gradient(u):
    p = np.zeros((2,) + u.shape, u.dtype)
    p[0, :, :-1] = u[:, 1:] - u[:, :-1]
    p[1, :-1, :] = u[1:, :] - u[:-1, :]
    return p


def divergence(p):
    out = np.zeros(p.shape[1:], p.dtype)
    out[:, :-1] += p[0, :, :-1]
    out[:, 1:] -= p[0, :, :-1]
    out[:-1, :] += p[1, :-1, :]
    out[1:, :] -= p[1, :-1, :]
    return out


def symbol(size):
    one = 2 - 2 * np.cos(np.pi * np.arange(size) / size)
    return (one[:, None] + one[None, :]).astype(np.float32)


def admm(r, tolerance=TOLERANCE):
    """Splits gradient and box constraint off by ADMM, with all penalties and mu equal to 1."""
    denominator = symbol(r.shape[0]) + 1
    u = v = (r < 0).astype(np.float32)
    d, b, w = gradient(u), np.zeros((2,) + r.shape, np.float32), np.zeros_like(r)
    primal, dual = np.inf, -np.inf
    for iteration in range(1, LIMIT):
        right = v - w - divergence(d - b)
        u = scipy.fft.idctn(scipy.fft.dctn(right) / denominator)
        slope = gradient(u)
        q = slope + b
        length = np.hypot(q[0], q[1])
        d = q * (np.maximum(length - 1, 0) / np.maximum(length, 1e-30))
        v = np.clip(u + w - r, 0, 1)
        b += slope - d
        w += u - v
        if iteration % EVERY == 0:
            p = b / np.maximum(1, np.hypot(b[0], b[1]))
            primal = min(primal, float((np.hypot(*gradient(v)) + r * v).sum(dtype=np.float64)))
            dual = max(dual, float(np.minimum(0, r - divergence(p)).sum(dtype=np.float64)))
            if primal - dual <= tolerance * abs(primal):
                return {"iterations": iteration, "energy": primal, "u": v}
    raise RuntimeError(f"ADMM did not converge: {primal} {dual}")


def primal_dual(r):
    """Runs the primal-dual algorithm of Chambolle and Pock, 2011."""
    r = torch.from_numpy(r)
    step = 8**-0.5

    def gradient(u):
        x, y = torch.zeros_like(u), torch.zeros_like(u)
        torch.sub(u[:, 1:], u[:, :-1], out=x[:, :-1])
        torch.sub(u[1:], u[:-1], out=y[:-1])
        return x, y

    def divergence(x, y):
        out = x + y
        out[:, 1:] -= x[:, :-1]
        out[1:] -= y[:-1]
        return out

    u = (r < 0).float()
    ahead, x, y = u, torch.zeros_like(u), torch.zeros_like(u)
    primal, dual = float("inf"), -float("inf")
    for iteration in range(1, LIMIT):
        gx, gy = gradient(ahead)
        x, y = x + step * gx, y + step * gy
        scale = torch.hypot(x, y).clamp_(min=1)
        x, y = x / scale, y / scale
        flow = divergence(x, y)
        before, u = u, (u + step * (flow - r)).clamp_(0, 1)
        ahead = 2 * u - before
        if iteration % EVERY == 0:
            primal = min(primal, float((torch.hypot(*gradient(u)) + r * u).double().sum()))
            dual = max(dual, float((r - flow).clamp(max=0).double().sum()))
            if primal - dual <= TOLERANCE * abs(primal):
                return {"iterations": iteration, "energy": primal}
    raise RuntimeError(f"primal-dual did not converge: {primal} {dual}")


def main():
    torch.set_num_threads(1)
    r = np.fromfile(sys.argv[1] + ".data", np.float32).reshape(int(sys.argv[2]), -1)
    with torch.no_grad():
        serve(
            {"admm": lambda: {"energy": admm(r)["energy"]}, "primal-dual": lambda: primal_dual(r)}
        )


if __name__ == "__main__":
    main()
