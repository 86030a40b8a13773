"""Solves the eikonal equation by scikit-fmm.

    geodesic.py FIELD SIZE

`go` solves it. `error` solves it with slope 1, writes the exact distance to FIELD.exact and returns
the mean error.
"""

import sys

import numpy as np
import scipy.ndimage
import skfmm

from peer import serve


def main():
    file, size = sys.argv[1], int(sys.argv[2])
    slope = np.fromfile(file + ".slope").reshape(size, size)
    seeds = np.fromfile(file + ".markers", np.uint8).reshape(size, size) > 0
    level = np.where(seeds, 0.0, 1.0)
    speed = 1 / slope

    def go():
        skfmm.travel_time(level, speed, dx=1, order=1)

    def error():
        exact = scipy.ndimage.distance_transform_edt(~seeds)
        exact.tofile(file + ".exact")
        found = np.asarray(skfmm.travel_time(level, np.ones_like(speed), dx=1, order=1))
        return {"error": np.abs(found - exact).mean()}

    serve({"go": go, "error": error})


main()
