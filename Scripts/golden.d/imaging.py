"""Writes image files, and their contents as nibabel and Pillow read them, for ImagingTests.

    Scripts/golden imaging       writes images and their contents into Tests/Fixtures/imaging

The script writes the same bytes each time; gzip members have no time.
"""

import gzip
import json
import zlib
from pathlib import Path

import nibabel
import numpy as np
from PIL import Image, PngImagePlugin

OUT = Path(__file__).resolve().parents[2] / "Tests/Fixtures/imaging"
LPS = np.diag([-0.7, -1.5, 3.0, 1.0])


def write(name, content):
    (OUT / name).write_text(json.dumps(content, separators=(",", ":")) + "\n")


# NIfTI


def displayed(image):
    """Returns pixels and spacing, with columns towards the left and rows towards the back."""
    data = np.asanyarray(image.dataobj).astype(np.float64).reshape(image.shape[:2] + (1,))
    affine = image.affine
    ornt = nibabel.orientations.ornt_transform(
        nibabel.io_orientation(affine), nibabel.orientations.axcodes2ornt("LPS")
    )
    turned = nibabel.apply_orientation(data, ornt)[:, :, 0].T
    zooms = np.empty(3)
    zooms[ornt[:, 0].astype(int)] = np.abs(np.asarray(image.header.get_zooms() + (1,))[:3])
    return turned, zooms[:2]


def nifti(name, data, affine=LPS, slope=None, intercept=None, endian="<", units="mm", qform=False):
    header = nibabel.Nifti1Header(endianness=endian)
    header.set_data_dtype(data.dtype.newbyteorder(endian))
    image = nibabel.Nifti1Image(data, affine, header)
    if qform:
        image.set_qform(affine, 1)
        image.set_sform(None, 0)
    image.header.set_xyzt_units(units)
    # nibabel would choose its own values during construction.
    if slope is not None:
        image.header["scl_slope"], image.header["scl_inter"] = slope, intercept
    raw = raw_bytes(image, data, endian)
    (OUT / name).write_bytes(gzip.compress(raw, mtime=0) if name.endswith(".gz") else raw)
    pixels, spacing = displayed(nibabel.load(OUT / name))
    scale = {"mm": 1, "micron": 0.001}[units]
    return {
        "file": name,
        "width": pixels.shape[1],
        "height": pixels.shape[0],
        "spacing": [float(s) * scale for s in spacing],
        "pixels": [float(v) for v in pixels.astype(np.float32).ravel()],
    }


def raw_bytes(image, data, endian):
    header = image.header.copy()
    header["vox_offset"], header["magic"] = 352, b"n+1"
    pixels = data.astype(data.dtype.newbyteorder(endian)).tobytes(order="F")
    return header.binaryblock + bytes(4) + pixels


def make_nifti():
    random = np.random.default_rng(1)
    cases = []
    for kind in ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"]:
        limits = np.iinfo(kind)
        data = random.integers(limits.min, limits.max, (5, 4, 1), kind, endpoint=True)
        cases.append(nifti(f"{kind}.nii", data))
    for kind in ["float32", "float64"]:
        cases.append(nifti(f"{kind}.nii", (1000 * random.normal(size=(5, 4, 1))).astype(kind)))
    hounsfield = random.integers(-1024, 3000, (5, 4, 1), "int16")
    cases.append(nifti("slope.nii", hounsfield, slope=0.5, intercept=-12.25))
    cases.append(nifti("slope-zero.nii", hounsfield, slope=0, intercept=7))
    cases.append(nifti("big-endian.nii", hounsfield, endian=">"))
    cases.append(nifti("big-endian-float.nii.gz", hounsfield.astype("float64"), endian=">"))
    cases.append(nifti("gzipped.nii.gz", hounsfield))
    cases.append(nifti("flat.nii", hounsfield[:, :, 0]))
    cases.append(nifti("ras.nii", hounsfield, affine=np.diag([0.7, 1.5, 3, 1])))
    cases.append(nifti("las.nii", hounsfield, affine=np.diag([-0.7, 1.5, 3, 1])))
    turned = np.array([[0, 0.7, 0, 4], [-1.5, 0, 0, 5], [0, 0, 3, 6], [0, 0, 0, 1]])
    cases.append(nifti("transposed.nii", hounsfield, affine=turned))
    cases.append(nifti("qform.nii", hounsfield, affine=turned, qform=True))
    microns = LPS * [1000, 1000, 1000, 1]
    cases.append(nifti("micron.nii", hounsfield, affine=microns, units="micron"))
    write("nifti.json", cases)
    volume = random.integers(0, 99, (5, 4, 3), "int16")
    (OUT / "refused-volume.nii").write_bytes(
        raw_bytes(nibabel.Nifti1Image(volume, LPS), volume, "<")
    )
    waves = random.normal(size=(5, 4, 1)).astype("complex64")
    (OUT / "refused-complex.nii").write_bytes(
        raw_bytes(nibabel.Nifti1Image(waves, LPS), waves, "<")
    )
    holes = np.full((5, 4, 1), np.nan, "float32")
    (OUT / "refused-nan.nii").write_bytes(raw_bytes(nibabel.Nifti1Image(holes, LPS), holes, "<"))


# NIfTI of version 2, in two files, and with headers that contradict themselves


def described(files, image, spacing):
    """Returns what `ImagingTests` expects of an image that nibabel has read."""
    pixels, _ = displayed(image)
    return {
        "files": files,
        "width": pixels.shape[1],
        "height": pixels.shape[0],
        "spacing": spacing,
        "pixels": [float(v) for v in pixels.astype(np.float32).ravel()],
    }


def saved(name, image, spacing):
    nibabel.save(image, OUT / name)
    files = [name] + ([name.replace(".hdr", ".img")] if name.endswith(".hdr") else [])
    return described(files, nibabel.load(OUT / name), spacing)


def make_variants():
    data = np.random.default_rng(4).integers(-1024, 3000, (5, 4, 1), "int16")
    ras = np.diag([0.7, 1.5, 3.0, 1.0])
    cases = [
        saved("version-2.nii", nibabel.Nifti2Image(data, ras), [0.7, 1.5]),
        saved("pair.hdr", nibabel.Nifti1Pair(data, ras), [0.7, 1.5]),
        saved("pair-version-2.hdr", nibabel.Nifti2Pair(data, ras), [0.7, 1.5]),
    ]
    big = nibabel.Nifti2Image(data, ras, nibabel.Nifti2Header(endianness=">"))
    cases.append(saved("version-2-big-endian.nii", big, [0.7, 1.5]))
    unplaced = nibabel.Nifti1Image(data, None)
    unplaced.set_sform(None, 0)
    unplaced.set_qform(None, 0)
    raw = {"width": 5, "height": 4, "pixels": [float(v) for v in data[:, :, 0].T.ravel()]}
    cases.append({**saved("no-spacing.nii", unplaced, None), **raw})
    unplaced.header.set_xyzt_units("mm")
    cases.append({**saved("millimetre.nii", unplaced, [1, 1]), **raw})
    placed = nibabel.Nifti1Image(data, ras)
    placed.set_qform(ras, 1)
    good = described([], placed, [0.7, 1.5])
    whole = bytearray(placed.to_bytes())
    whole[280:328] = bytes(48)
    (OUT / "sform-of-zeros.nii").write_bytes(whole)
    cases.append({**good, "files": ["sform-of-zeros.nii"]})
    placed.header["pixdim"][1:4] = 1
    (OUT / "pixdim-of-ones.nii").write_bytes(placed.to_bytes())
    cases.append({**good, "files": ["pixdim-of-ones.nii"]})
    write("variants.json", cases)


# PNG


def luminance(colours):
    return np.floor(colours.astype(np.float64) @ [0.2126, 0.7152, 0.0722] + 0.5)


def png(name, image, expected, **options):
    image.save(OUT / name, **options)
    height, width = expected.shape
    return {
        "file": name,
        "width": width,
        "height": height,
        "pixels": [float(v) for v in expected.ravel()],
    }


def make_png():
    random = np.random.default_rng(2)
    grey = random.integers(0, 256, (4, 7), "uint8")
    deep = random.integers(0, 65536, (4, 7), "uint16")
    colours = random.integers(0, 256, (4, 7, 3), "uint8")
    alpha = random.integers(0, 256, (4, 7, 1), "uint8")
    table = random.integers(0, 256, (28, 3), "uint8")
    indices = np.arange(28, dtype="uint8").reshape(4, 7)
    palette = Image.fromarray(indices)
    palette.putpalette(table.ravel().tolist())
    few = Image.fromarray(indices % 4)
    few.putpalette(table[:4].ravel().tolist())
    gamma = PngImagePlugin.PngInfo()
    gamma.add(b"gAMA", (45455).to_bytes(4, "big"))
    cases = [
        png("grey8.png", Image.fromarray(grey), grey),
        png("grey8-gamma.png", Image.fromarray(grey), grey, pnginfo=gamma),
        png("grey16.png", Image.fromarray(deep), deep),
        png("grey16-gamma.png", Image.fromarray(deep), deep, pnginfo=gamma),
        png("grey1.png", Image.fromarray(grey > 127), grey > 127),
        png("colour.png", Image.fromarray(colours), luminance(colours)),
        png("colour-alpha.png", Image.fromarray(np.dstack([colours, alpha])), luminance(colours)),
        png("grey-alpha.png", Image.fromarray(np.dstack([grey, alpha[:, :, 0]]), "LA"), grey),
        png("palette.png", palette, luminance(table[indices])),
        png("palette-2bit.png", few, luminance(table[indices % 4]), bits=2),
        png(
            "palette-transparent.png",
            palette,
            luminance(table[indices]),
            transparency=bytes(range(28)),
        ),
    ]
    write("png.json", cases)
    (OUT / "text.zlib").write_bytes(zlib.compress(b"a" * (3 << 20), 9))


# Resampling: Pillow's BILINEAR is a triangle filter, which is widened to shrink an image.


def make_resampling():
    pixels = np.random.default_rng(3).normal(size=(19, 23)).astype("float32")
    source = Image.fromarray(pixels)
    results = []
    for width, height in [(46, 57), (11, 8), (30, 7), (23, 40)]:
        resized = np.asarray(source.resize((width, height), Image.Resampling.BILINEAR))
        results.append(
            {
                "width": width,
                "height": height,
                "pixels": [round(float(v), 6) for v in resized.ravel()],
            }
        )
    write(
        "resampling.json",
        {
            "width": 23,
            "height": 19,
            "pixels": [float(v) for v in pixels.ravel()],
            "results": results,
        },
    )


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    make_nifti()
    make_variants()
    make_png()
    make_resampling()
