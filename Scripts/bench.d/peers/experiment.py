#!/usr/bin/env python3
"""Runs Config/lung.yaml as a researcher would script it: PyTorch, SciPy, scikit-fmm and joblib.

    experiment.py CONFIG JOBS

Networks, epochs, images and energy are Dipper's; the longest tasks run first. Prints one line of
JSON: the seconds, and the mean Dice coefficient of each method.
"""

import json
import os
import pathlib
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import joblib
import numpy as np
import scipy.ndimage
import skfmm
import torch
import yaml
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "golden.d"))
import elastica  # noqa: E402
import tv  # noqa: E402
from networks import DIPNet, VMNet, loss2, loss3  # noqa: E402


def interpolation(count, start, length, source):
    """Returns the matrix that resamples `source` pixels to `count`, by a triangle filter.

    The triangle is at least as wide as a target pixel.
    """
    step = length / count
    reach = max(1.0, step)
    matrix = np.zeros((count, source))
    for target in range(count):
        centre = start + (target + 0.5) * step
        for pixel in range(int(np.floor(centre - reach)), int(np.ceil(centre + reach)) + 1):
            matrix[target, np.clip(pixel, 0, source - 1)] += max(
                0.0, 1 - abs(pixel - centre) / reach
            )
    return matrix / matrix.sum(1, keepdims=True)


def normalised(image):
    return (image - image.min()) / (image.max() - image.min())


def squared_gradient(image):
    down, across = np.gradient(image)
    return across**2 + down**2


def polygon(points, size):
    """Returns the pixels whose centres are inside, by the even-odd rule, and those of the vertices.

    Pillow would draw every pixel that the outline touches, here up to a quarter more.
    """
    y, x = np.mgrid[:size, :size]
    found = np.zeros((size, size), bool)
    for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1]):
        if y1 != y2:
            found ^= ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    for column, row in points:
        found[round(row), round(column)] = True
    return found


class Case:
    """Holds an image on the computing grid, with the fields of the energy."""

    def __init__(self, folder, entry, size, energy):
        source = np.asarray(Image.open(folder / entry["image"]), float)
        self.truth = np.asarray(Image.open(folder / entry["truth"])) > 127
        height, width = source.shape
        side = max(height, width)
        left, top = (width - side) / 2 - 0.5, (height - side) / 2 - 0.5
        rows = interpolation(size, top, side, height)
        columns = interpolation(size, left, side, width)
        self.image = normalised(rows @ normalised(source) @ columns.T)
        scale = size / side
        points = [
            ((x - left) * scale - 0.5, (y - top) * scale - 0.5)
            for x, y in json.loads((folder / entry["markers"]).read_text())["points"]
        ]
        self.markers = polygon(points, size)
        slope = 1e-3 + 1000 * squared_gradient(self.image)
        outside = np.where(self.markers, 0.0, 1.0)
        travel = np.asarray(skfmm.travel_time(outside, 1 / slope, dx=1, order=1))
        self.distance = travel / travel.max()
        # M4 sees the distance on this scale (`distance_input: clipped`).
        self.clipped = np.minimum(1, energy["theta"] / energy["lambda"] * self.distance)
        inside = self.image[self.markers]
        gamma = max(energy["gammas"]["spread"] * inside.std(), 0.05)
        difference = self.image - inside.mean()
        phi = difference**2 - np.maximum(0, 1 - abs(difference) / gamma)
        self.r = (energy["lambda"] * phi + energy["theta"] * self.distance).astype(np.float32)
        smooth = scipy.ndimage.gaussian_filter(self.image, 1, mode="reflect", truncate=4)
        self.g = (1 / (1 + 1000 * squared_gradient(smooth))).astype(np.float32)
        self.back = (
            interpolation(height, (-0.5 - top) * scale - 0.5, height * scale, size),
            interpolation(width, (-0.5 - left) * scale - 0.5, width * scale, size),
        )

    def dice(self, u):
        found = self.back[0] @ np.asarray(u, float) @ self.back[1].T > 0.5
        return 2 * (found & self.truth).sum() / (found.sum() + self.truth.sum())


def stacked(cases, *fields):
    return torch.from_numpy(
        np.stack([np.stack([getattr(case, field) for field in fields]) for case in cases])
    ).float()


def noise(count, size):
    z = torch.rand(count, 32, size, size) * 0.1
    return lambda: z + 0.01 * torch.randn_like(z)


def descend(parameters, loss, epochs, rate):
    optimiser = torch.optim.Adam(parameters, lr=rate)
    for _ in range(epochs):
        optimiser.zero_grad()
        loss().backward()
        optimiser.step()


def settings(config, method):
    """Returns the training parameters of `method`: the common ones and its own."""
    return config["training"] | config["overrides"].get(method, {}).get("training", {})


def train(method, config, cases, tests, start=None):
    """Trains a network, and returns the Dice coefficients of its predictions.

    `start` is the initial weights of M1 or M2; without it they are random.
    """
    network, training = config["network"], settings(config, method)
    geometric = "clipped" if method == "M4" else "markers"
    images, r, g = stacked(cases, "image", geometric), stacked(cases, "r"), stacked(cases, "g")
    vm = VMNet(16, 4)
    if start is not None:
        vm.load_state_dict(start, strict=False)
    if method in ("M1", "M2"):
        mu = config["energy"]["mu"] if method == "M1" else 0.0
        descend(
            vm.parameters(),
            lambda: loss3(vm(images), r, g, mu) if mu else (r * vm(images)).mean() * len(cases),
            training["epochs"],
            training["learning_rate"],
        )
    else:
        dip, z = DIPNet(32, network["dip_width"], 4, 5), noise(len(cases), images.shape[-1])
        descend(
            [*vm.parameters(), *dip.parameters()],
            lambda: loss2(vm(images), dip(z()), r, training["similarity"]),
            training["epochs"],
            training["learning_rate"],
        )
    return [case.dice(u) for case, u in zip(tests, predicted(vm, tests, geometric))]


def turned(x, way, back=False):
    """Applies one of the eight symmetries of the square, or its inverse."""
    steps = [
        lambda x: torch.rot90(x, -(way % 4) if back else way % 4, (-2, -1)),
        lambda x: x.flip(-1) if way >= 4 else x,
    ]
    for step in reversed(steps) if back else steps:
        x = step(x)
    return x


def predicted(vm, tests, geometric):
    """Yields for each case the one of six predictions that has the least energy.

    This is `normalisation: least-energy`: the predictions use both statistics and the mean of the
    two, each of them plain and averaged over the image's symmetries.
    """

    def seen(case):
        x = stacked([case], "image", geometric)
        return [turned(vm(turned(x, way)), way, back=True)[0, 0].numpy() for way in range(8)]

    with torch.no_grad():
        # The running statistics come first, since predicting with the image's own changes them.
        vm.eval()
        running = [seen(case) for case in tests]
        vm.train()
        image = [seen(case) for case in tests]
    for case, by_image, by_running in zip(tests, image, running):
        pairs = [(by_image[0], by_running[0]), (np.mean(by_image, 0), np.mean(by_running, 0))]
        candidates = [u for one, other in pairs for u in (one, other, (one + other) / 2)]
        yield min(candidates, key=lambda u: case.r[u > 0.5].sum())


def fit(config, case):
    dip = DIPNet(32, config["network"]["dip_width"], 4, 5)
    z, r = noise(1, len(case.r)), stacked([case], "r")
    mean = None

    def loss():
        nonlocal mean
        u = dip(z())
        mean = u.detach() if mean is None else 0.99 * mean + 0.01 * u.detach()
        return (r * u).mean()

    training = settings(config, "DIP")
    descend(dip.parameters(), loss, training["epochs"], training["learning_rate"])
    return [case.dice(mean[0, 0].numpy())]


def work(method, config, cases, tests, seed):
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    if method == "DIP":
        return method, fit(config, tests[0])
    if method == "TV":
        return method, [tests[0].dice(tv.admm(tests[0].r)["u"])]
    if method == "Elastica":
        return method, [tests[0].dice(elastica.search(tests[0].r)["u"])]
    return method, train(method, config, cases, tests)


def prepare(file, config):
    """Returns the training and the test cases of a configuration's first data set."""
    folder = (file.parent / config["datasets"][0]["folder"]).resolve()
    entries = json.loads((folder / "dataset.json").read_text())["cases"]
    prepared = {
        entry["id"]: Case(folder, entry, config["preparation"]["size"], config["energy"])
        for entry in entries
    }
    cases = [prepared[entry["id"]] for entry in entries if entry["split"] == "train"]
    tests = [prepared[entry["id"]] for entry in entries if entry["split"] == "test"]
    return cases, tests


def main():
    start = time.perf_counter()
    file, jobs = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    config = yaml.safe_load(file.read_text())
    cases, tests = prepare(file, config)
    tasks = [(method, tests) for method in ("M3", "M4", "M1", "M2")]
    tasks += [(method, [test]) for method in ("DIP", "Elastica", "TV") for test in tests]
    found = joblib.Parallel(n_jobs=jobs)(
        joblib.delayed(work)(method, config, cases, some, config["seed"]) for method, some in tasks
    )
    scores = {}
    for method, values in found:
        scores.setdefault(method, []).extend(values)
    means = {method: float(np.mean(values)) for method, values in scores.items()}
    print(json.dumps({"seconds": time.perf_counter() - start, **means}))


if __name__ == "__main__":
    main()
