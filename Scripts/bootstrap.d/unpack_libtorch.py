#!/usr/bin/env python3
"""Unpacks the wheels of a folder into a LibTorch folder, with include and lib.

    Scripts/bootstrap.d/unpack_libtorch.py WHEELS DESTINATION
    Scripts/bootstrap.d/unpack_libtorch.py --cuda WHEELS DESTINATION

It takes the headers, the CPU library, and the shared libraries that the CPU library links; CUDA's
libraries, several gigabytes, stay out. With --cuda it adds the CUDA library, and the libraries that
it links or loads by name, to an existing LibTorch folder. The wheels are deleted.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import zipfile

ROOTS = ["libtorch_cpu.so", "libc10.so"]
CUDA_ROOTS = ["libtorch_cuda.so"]
# The CUDA library and cuDNN load these by name at run time, so no link leads to them.
LOADED_BY_NAME = ("libcaffe2_nvrtc.so", "libcudnn_", "libnvrtc-builtins.so")
# This one belongs to NVIDIA's driver.
DRIVER = "libcuda.so.1"
HEADERS = "torch/include/"


def libraries(wheels):
    """Returns the wheel and the entry of each shared library, by file name."""
    found = {}
    for wheel in wheels:
        for entry in wheel.namelist():
            name = entry.rsplit("/", 1)[-1]
            if ".so" in name and "site-packages" not in entry:
                found.setdefault(name, (wheel, entry))
    return found


def extract(wheel, entry, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    with wheel.open(entry) as source, open(path, "wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)


def linked(path):
    """Returns the libraries that one links, also through others, and whether each was found."""
    output = subprocess.run(["ldd", path], capture_output=True, text=True, check=True).stdout
    rows = [line.split("=>") for line in output.splitlines() if "=>" in line]
    return {row[0].strip(): "not found" not in row[1] for row in rows}


def unpack_libraries(available, roots, folder):
    """Extracts the root libraries and those of the wheels that they link."""
    wanted = list(roots)
    while wanted:
        for name in wanted:
            if name not in available:
                sys.exit(f"unpack_libtorch: no wheel holds {name}")
            extract(*available[name], folder / name)
        names = {name for root in roots for name in linked(folder / root)}
        wanted = [n for n in sorted(names) if n in available and not (folder / n).exists()]
    missing = {n for root in roots for n, found in linked(folder / root).items() if not found}
    missing = sorted(missing - {DRIVER})
    if missing:
        sys.exit(
            "unpack_libtorch: LibTorch links libraries that neither the wheels nor this machine "
            f"have: {', '.join(missing)}"
        )


def unpack_headers(wheels, folder):
    for wheel in wheels:
        for entry in wheel.namelist():
            if entry.startswith(HEADERS) and not entry.endswith("/"):
                extract(wheel, entry, folder / entry[len(HEADERS) :])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cuda", action="store_true")
    parser.add_argument("wheels", type=pathlib.Path)
    parser.add_argument("destination", type=pathlib.Path)
    arguments = parser.parse_args()
    files = sorted(arguments.wheels.glob("*.whl"))
    wheels = [zipfile.ZipFile(file) for file in files]
    available = libraries(wheels)
    if arguments.cuda:
        named = sorted(name for name in available if name.startswith(LOADED_BY_NAME))
        unpack_libraries(available, CUDA_ROOTS + named, arguments.destination / "lib")
    else:
        unpack_libraries(available, ROOTS, arguments.destination / "lib")
        unpack_headers(wheels, arguments.destination / "include")
    for file in files:
        file.unlink()


main()
