"""Imports, restores and segments volumes of every format in twelve geometries.

    Scripts/faults roundtrip            all of them; exit status 1 if one is wrong
    Scripts/faults roundtrip nrrd mha   these formats

An object is drawn into a volume whose axes run in each of twelve ways, some of them oblique.
`dipper data import` takes all of its slices, `dipper data restore` puts their masks back, and
`dipper segment` segments one slice by a model that is trained on another drawing. nibabel, which
read no file of these for Dipper, then says where each voxel of the object lies: to 0.01 mm where it
was drawn, and as many as were drawn.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import nibabel
import numpy as np
import pydicom
import SimpleITK
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

DIPPER = Path(__file__).resolve().parents[3] / ".build/release/dipper"
CODES = "ALI ASL IPL LAS LPI LPS PIR PRS RAS RPI SAR SLP".split()
SPACING = {"R": 0.75, "A": 1.5, "S": 3.0}
SIZE = {"R": 44, "A": 40, "S": 7}
OPPOSITE = dict(zip("RLAPSI", "LRPAIS"))
EXPERIMENT = """name: c
datasets: [{folder: data}]
methods: [M1]
preparation: {size: 64}
energy: {theta: 3, gammas: {spread: 3}}
training: {epochs: 20}
network: {vm_width: 4}
report: {panels: 0}
"""


def drawn():
    """A volume of axes R, A, S: its intensities, its object, its affine."""
    x, y, z = np.indices([SIZE[axis] for axis in "RAS"])
    disc = ((x - 16) / 10) ** 2 + ((y - 22) / 7) ** 2 < 1
    bar = (x >= 16) & (x < 34) & (y >= 20) & (y < 25)
    inside = (disc | bar) & (z >= 1) & (z < 6)
    noise = np.random.default_rng(1).normal(0, 5, inside.shape)
    affine = np.diag([*(SPACING[axis] for axis in "RAS"), 1.0])
    affine[:3, 3] = -15, 22, -130
    return (60 + 100 * inside + noise).astype(np.int16), inside, affine


def turned(array, affine, codes, tilt):
    """The same voxels in another order, in a patient who is tilted by some degrees."""
    start = nibabel.io_orientation(affine)
    order = nibabel.orientations.ornt_transform(start, nibabel.orientations.axcodes2ornt(codes))
    image = nibabel.Nifti1Image(array, affine).as_reoriented(order)
    angle = np.radians(tilt)
    rotation = np.eye(4)
    rotation[1:3, 1:3] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    return np.asarray(image.dataobj), rotation @ image.affine


def in_itk(array, affine):
    """The SimpleITK image of a volume; its axes are those to the left, the back and the head."""
    image = SimpleITK.GetImageFromArray(np.ascontiguousarray(array.T))
    steps = np.diag([-1, -1, 1]) @ affine[:3, :3]
    lengths = np.linalg.norm(steps, axis=0)
    image.SetSpacing(lengths.tolist())
    image.SetDirection((steps / lengths).ravel().tolist())
    image.SetOrigin((np.diag([-1, -1, 1]) @ affine[:3, 3]).tolist())
    return image


def save_dicom(array, affine, folder):
    """Writes one file for each index of the last axis."""
    steps = np.diag([-1, -1, 1]) @ affine[:3, :3]
    origin = np.diag([-1, -1, 1]) @ affine[:3, 3]
    lengths = np.linalg.norm(steps, axis=0)
    folder.mkdir(parents=True)
    series = generate_uid()
    for k in range(array.shape[2]):
        one = Dataset()
        one.file_meta = FileMetaDataset()
        one.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        one.file_meta.MediaStorageSOPClassUID = one.SOPClassUID = CTImageStorage
        one.file_meta.MediaStorageSOPInstanceUID = one.SOPInstanceUID = generate_uid()
        one.SeriesInstanceUID, one.StudyInstanceUID, one.Modality = series, series, "CT"
        one.Columns, one.Rows = array.shape[:2]
        one.SamplesPerPixel, one.PhotometricInterpretation = 1, "MONOCHROME2"
        one.BitsAllocated = one.BitsStored = 16
        one.HighBit, one.PixelRepresentation = 15, 1
        one.PixelSpacing = [f"{lengths[1]:.10g}", f"{lengths[0]:.10g}"]
        one.SliceThickness = f"{lengths[2]:.10g}"
        axes = np.concatenate([steps[:, 0] / lengths[0], steps[:, 1] / lengths[1]])
        one.ImageOrientationPatient = [f"{number:.12f}" for number in axes]
        one.ImagePositionPatient = [f"{number:.10f}" for number in origin + k * steps[:, 2]]
        one.InstanceNumber = k + 1
        one.PixelData = np.ascontiguousarray(array[:, :, k].T.astype("<i2")).tobytes()
        one["PixelData"].VR = "OW"
        pydicom.dcmwrite(folder / f"{k:03}.dcm", one, enforce_file_format=True)


def save_nifti(kind):
    return lambda array, affine, path: nibabel.save(kind(array, affine), path)


def save_itk(array, affine, path):
    SimpleITK.WriteImage(in_itk(array, affine), str(path), useCompression=path.suffix != ".nhdr")


FORMATS = {
    "nii": (".nii", save_nifti(nibabel.Nifti1Image)),
    "nii.gz": (".nii.gz", save_nifti(nibabel.Nifti1Image)),
    "nifti2": (".nii.gz", save_nifti(nibabel.Nifti2Image)),
    "hdr": (".hdr", save_nifti(nibabel.Nifti1Pair)),
    "nrrd": (".nrrd", save_itk),
    "nhdr": (".nhdr", save_itk),
    "mha": (".mha", save_itk),
    "mhd": (".mhd", save_itk),
    "dicom": ("", save_dicom),
}


def run(*words, folder):
    ended = subprocess.run(
        [DIPPER, *map(str, words)], cwd=folder, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or ["no word"])[0]
        raise RuntimeError(f"exit {ended.returncode}: {last[:200]}")


def positions(mask, affine):
    """The positions of all voxels inside, in mm, in an order that the axes do not change."""
    found = nibabel.affines.apply_affine(affine, np.argwhere(mask))
    return found[np.lexsort(np.round(found, 2).T)]


def difference(path, expected, affine):
    """What is wrong with a mask that Dipper wrote, in words; empty if nothing is."""
    image = nibabel.load(path)
    found = positions(np.asarray(image.dataobj) > 0, image.affine)
    right = positions(expected, affine)
    if len(found) != len(right):
        return f"{len(found)} voxels for {len(right)}"
    away = np.abs(found - right).max() if len(right) else 0
    return "" if away < 0.01 else f"{away:.3f} mm away"


def train(folder, image, inside):
    """Trains a model on two drawn slices. -> its weights"""
    data = folder / "data"
    data.mkdir()
    cases = []
    for name, split, shift in (("a", "train", 0), ("b", "test", 3)):
        slice_ = np.flip(image[:, :, 3].T, (0, 1)) + shift
        mask = np.flip(inside[:, :, 3].T, (0, 1))
        for file, pixels in ((name, slice_.clip(0, 255)), (f"{name}_mask", mask * 255)):
            picture = SimpleITK.GetImageFromArray(pixels.astype(np.uint8))
            SimpleITK.WriteImage(picture, str(data / f"{file}.png"))
        cases.append(
            {
                "id": name,
                "image": f"{name}.png",
                "truth": f"{name}_mask.png",
                "markers": "clicks.json",
                "split": split,
            }
        )
    # Inside the object, in pixels of the slice as it is displayed.
    points = [[24, 16], [28, 14], [27, 20]]
    (data / "clicks.json").write_text(json.dumps({"points": points}))
    (data / "dataset.json").write_text(
        json.dumps({"name": "e", "intensity": {"window": "minmax"}, "cases": cases})
    )
    (folder / "c.yaml").write_text(EXPERIMENT)
    run("run", "c.yaml", "-j", "1", "--out", "out", folder=folder)
    for path in sorted((folder / "out").rglob("*")):
        if path.is_file() and b'{"__metadata__"' in path.open("rb").read(64):
            return path
    raise RuntimeError("the run has left no model")


def check(name, codes, folder, trained):
    """What is wrong with one format in one geometry, in words; empty if nothing is."""
    suffix, save = FORMATS[name]
    image, inside, affine = drawn()
    tilt = 12 if CODES.index(codes) % 2 else 0
    source = folder / f"{name}-{codes}"
    for part, array in (("images", image), ("masks", inside.astype(np.int16))):
        path = source / "src" / part / f"p{suffix}"
        if suffix:
            path.parent.mkdir(parents=True)
        save(*turned(array, affine, codes, tilt), path)
    options = "--train 0 --minimum-area 1 --slice all --plane axial".split()
    run("data", "import", "folder", "src", "ds", *options, folder=source)
    run("data", "restore", "ds/masks", "ds", "p", "restored.nii.gz", folder=source)
    expected, placed = turned(inside.astype(np.uint8), affine, codes, tilt)
    if wrong := difference(source / "restored.nii.gz", expected, placed):
        return f"restored {wrong}"
    model, reference = trained
    words = ["--slice", 3, "--plane", "axial", "--markers", folder / "data/clicks.json"]
    words += ["--model", model, "--out", "segmented.nii.gz"]
    run("segment", source / f"src/images/p{suffix}", *words, folder=source)
    mask = np.asarray(nibabel.load(source / "segmented.nii.gz").dataobj) > 0
    if reference.get("mask") is None:
        _, _, straight = drawn()
        back = nibabel.Nifti1Image(mask.astype(np.uint8), placed)
        reference["mask"] = np.asarray(nibabel.as_closest_canonical(back).dataobj) > 0
        if not mask.any():
            return "segmented nothing"
    expected, placed = turned(reference["mask"].astype(np.uint8), affine, codes, tilt)
    wrong = difference(source / "segmented.nii.gz", expected, placed)
    return f"segmented {wrong}" if wrong else ""


def main():
    names = sys.argv[1:] or list(FORMATS)
    if unknown := [name for name in names if name not in FORMATS]:
        sys.exit(f"no format {', '.join(unknown)}; there are {', '.join(FORMATS)}")
    failures = 0
    with tempfile.TemporaryDirectory(prefix="dipper-") as scratch:
        folder = Path(scratch)
        trained = train(folder, *drawn()[:2]), {}
        for name in names:
            wrong = []
            for codes in CODES:
                try:
                    reason = check(name, codes, folder, trained)
                except RuntimeError as error:
                    reason = str(error)
                wrong += [f"{codes}: {reason}"] if reason else []
            failures += len(wrong)
            print(f"{name:8}{len(CODES) - len(wrong)} of {len(CODES)} right", *wrong, sep="\n  ")
            sys.stdout.flush()
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
