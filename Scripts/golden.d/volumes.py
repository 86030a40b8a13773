"""Writes volume files, and their contents as other programs read them, for VolumesTests.

    Scripts/golden volumes       writes Tests/Fixtures/volumes

The programs are nibabel, SimpleITK, pydicom, tifffile and Pillow. native.json is written only if
../shared/data/native exists.

A volume is described in display order: columns towards the patient's left, rows towards the back,
slices towards the head. `affine` maps raw indices (NIfTI) or display indices (other formats) to mm
to the right, the front and the head. `sha256` is that of all values as float32.

The script writes the same bytes each time.
"""

import bz2
import gzip
import hashlib
import json
from pathlib import Path

import nibabel
import nrrd
import numpy as np
import pydicom
import SimpleITK as sitk
import tifffile
from PIL import Image
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "Tests/Fixtures/volumes"
NATIVE = ROOT.parent / "shared/data/native"
TO_RAS = np.diag([-1.0, -1, 1, 1])


def described(files, data, spacing, affine):
    """Describes `data`, which is in display order with the axes column, row, slice."""
    values = np.ascontiguousarray(data.transpose(2, 1, 0)).astype("<f4") + np.float32(0)  # no -0
    return {
        "files": files,
        "size": list(data.shape),
        "spacing": [float(s) for s in spacing],
        "affine": [[float(v) for v in row] for row in affine[:3]],
        "sum": float(values.astype(np.float64).sum()),
        "largest": float(values.max()),
        "sha256": hashlib.sha256(values.tobytes()).hexdigest(),
    }


def with_nibabel(folder, name):
    image = nibabel.load(folder / name)
    data = np.asanyarray(image.dataobj).astype(np.float64)
    affine = image.affine
    ornt = nibabel.orientations.ornt_transform(
        nibabel.io_orientation(affine), nibabel.orientations.axcodes2ornt("LPS")
    )
    turned = nibabel.apply_orientation(data, ornt)
    spacing = np.empty(3)
    spacing[ornt[:, 0].astype(int)] = nibabel.affines.voxel_sizes(affine)
    return described([name], turned, spacing, affine)


def with_sitk(image, files):
    turned = sitk.DICOMOrient(image, "LPS")
    direction = np.array(turned.GetDirection()).reshape(3, 3)
    affine = np.eye(4)
    affine[:3, :3] = direction * turned.GetSpacing()
    affine[:3, 3] = turned.GetOrigin()
    data = sitk.GetArrayFromImage(turned).astype(np.float64).transpose(2, 1, 0)
    return described(files, data, turned.GetSpacing(), TO_RAS @ affine)


def series(folder, files):
    placed = [str(folder / f) for f in sorted_by_position(folder, files)]
    return with_sitk(sitk.ReadImage(placed), files)


def sorted_by_position(folder, files):
    return sorted(files, key=lambda f: pydicom.dcmread(folder / f).ImagePositionPatient[2])


def segmentation(folder, name):
    """Describes a DICOM segmentation whose frames pydicom unpacks, sorted by position."""
    found = pydicom.dcmread(folder / name)
    frames = found.pixel_array.reshape((-1, found.Rows, found.Columns))
    groups = found.PerFrameFunctionalGroupsSequence
    shared = found.SharedFunctionalGroupsSequence[0]
    positions = [
        [float(v) for v in g.PlanePositionSequence[0].ImagePositionPatient] for g in groups
    ]
    numbers = [g.SegmentIdentificationSequence[0].ReferencedSegmentNumber for g in groups]
    heights = sorted({p[2] for p in positions})
    gap = min(np.diff(heights)) if len(heights) > 1 else 1.0
    count = round((heights[-1] - heights[0]) / gap) + 1
    data = np.zeros((found.Columns, found.Rows, count))
    for frame, position, number in zip(frames, positions, numbers):
        data[:, :, round((position[2] - heights[0]) / gap)][frame.T > 0] = number
    down, across = [float(v) for v in shared.PixelMeasuresSequence[0].PixelSpacing]
    lowest = min(positions, key=lambda p: p[2])
    affine = np.diag([across, down, gap, 1.0])
    affine[:3, 3] = lowest
    return described([name], data, [across, down, gap], TO_RAS @ affine)


# NIfTI


def write_nifti(name, data, affine, qform=False, endian="<", slope=None):
    header = nibabel.Nifti1Header(endianness=endian)
    header.set_data_dtype(data.dtype.newbyteorder(endian))
    image = nibabel.Nifti1Image(data, affine, header)
    if qform:
        image.set_qform(affine, 1)
        image.set_sform(None, 0)
    image.header.set_xyzt_units("mm")
    header = image.header.copy()
    if slope is not None:
        header["scl_slope"], header["scl_inter"] = slope
    header["vox_offset"], header["magic"] = 352, b"n+1"
    raw = header.binaryblock + bytes(4)
    raw += data.astype(data.dtype.newbyteorder(endian)).tobytes(order="F")
    (OUT / name).write_bytes(gzip.compress(raw, mtime=0) if name.endswith(".gz") else raw)
    return with_nibabel(OUT, name)


def turned_affine(codes, spacing=(0.75, 1.5, 3.0), origin=(-10.0, 20.0, 30.0)):
    """Returns the affine map of raw axes that run in these directions."""
    affine = np.eye(4)
    ornt = nibabel.orientations.axcodes2ornt(codes)
    affine[:3, :3] = 0
    for raw, (world, sign) in enumerate(ornt):
        affine[int(world), raw] = sign * spacing[raw]
    affine[:3, 3] = origin
    return affine


def make_nifti():
    random = np.random.default_rng(11)
    data = random.integers(-1024, 3000, (4, 5, 6), "int16")
    cases = []
    for codes in "RAS LAS LPS LPI RPI PIR ASL SAR IPL PRS SLP ALI".split():
        cases.append(write_nifti(f"{codes}.nii.gz", data, turned_affine(codes)))
    oblique = turned_affine("LAS")
    angle = np.deg2rad(20)
    turn = np.eye(4)
    turn[1:3, 1:3] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    cases.append(write_nifti("oblique.nii.gz", data, turn @ oblique))
    cases.append(write_nifti("qform.nii.gz", data, turn @ turned_affine("PIR"), qform=True))
    cases.append(write_nifti("big.nii", data, turned_affine("ASL"), endian=">"))
    cases.append(write_nifti("slope.nii", data, turned_affine("RAS"), slope=(0.5, -12.25)))
    soft = random.normal(0, 300, (4, 5, 6))
    cases.append(write_nifti("float64.nii.gz", soft, turned_affine("RPI")))
    return cases


# NRRD


def write_nrrd(
    name, data, affine, space="left-posterior-superior", encoding="gzip", endian="little"
):
    kinds = {"int16": "short", "uint8": "unsigned char", "float32": "float"}
    header = ["NRRD0004", f"type: {kinds[data.dtype.name]}", "dimension: 3"]
    if space:
        header.append(f"space: {space}")
    header.append("sizes: " + " ".join(str(n) for n in data.shape))
    if space:
        vectors = ["(" + ",".join(repr(float(v)) for v in affine[:3, a]) + ")" for a in range(4)]
        header += ["space directions: " + " ".join(vectors[:3]), "space origin: " + vectors[3]]
    else:
        header.append("spacings: 0.75 1.5 3")
    header += [f"endian: {endian}", f"encoding: {encoding}"]
    order = "<" if endian == "little" else ">"
    raw = data.astype(data.dtype.newbyteorder(order)).tobytes(order="F")
    if encoding == "gzip":
        raw = gzip.compress(raw, mtime=0)
    elif encoding == "bzip2":
        raw = bz2.compress(raw)
    elif encoding == "ascii":
        raw = " ".join(str(v) for v in data.ravel(order="F")).encode() + b"\n"
    if name.endswith(".nhdr"):
        header.append(f"data file: {name[:-5]}.raw.gz")
        (OUT / f"{name[:-5]}.raw.gz").write_bytes(raw)
        raw = b""
    (OUT / name).write_bytes("\n".join(header).encode() + b"\n\n" + raw)
    return with_sitk(sitk.ReadImage(str(OUT / name)), [name])


def make_nrrd():
    random = np.random.default_rng(12)
    data = random.integers(-1024, 3000, (4, 5, 6), "int16")
    lps = TO_RAS @ turned_affine("LAS")
    return [
        write_nrrd("gzip.nrrd", data, lps),
        write_nrrd("raw.nrrd", data, TO_RAS @ turned_affine("PIR"), encoding="raw"),
        write_nrrd("ascii.nrrd", data, TO_RAS @ turned_affine("SLP"), encoding="ascii"),
        write_nrrd("ras.nrrd", data, turned_affine("RAS"), space="right-anterior-superior"),
        write_nrrd("big.nrrd", data, lps, endian="big", encoding="raw"),
        write_nrrd("real.nrrd", random.normal(size=(4, 5, 6)).astype("float32"), lps),
    ]


def make_more_nrrd():
    random = np.random.default_rng(15)
    data = random.integers(-1024, 3000, (4, 5, 6), "int16")
    lps = TO_RAS @ turned_affine("LAS")
    # pynrrd and teem read bzip2; SimpleITK does not.
    packed = write_nrrd("plain.nrrd", data, lps, encoding="raw") | {"files": ["bzip2.nrrd"]}
    (OUT / "plain.nrrd").unlink()
    write_bzip2(data, lps)
    return [
        packed,
        write_nrrd("detached.nhdr", data, TO_RAS @ turned_affine("PIR")),
        write_nrrd("no-space.nrrd", data, lps, space=None, encoding="raw"),
    ]


def write_bzip2(data, affine):
    """Writes bzip2.nrrd, and checks by pynrrd that it holds the data."""
    header = {"space": "left-posterior-superior", "encoding": "bzip2", "endian": "little"}
    header |= {"space directions": affine[:3, :3].T, "space origin": affine[:3, 3]}
    nrrd.write(str(OUT / "bzip2.nrrd"), data, header)
    lines = (OUT / "bzip2.nrrd").read_bytes().split(b"\n")
    # The comments name the program's release and the date.
    (OUT / "bzip2.nrrd").write_bytes(b"\n".join(one for one in lines if not one.startswith(b"#")))
    assert (nrrd.read(str(OUT / "bzip2.nrrd"))[0] == data).all()


# MetaImage


def write_metaimage(name, data, affine, compressed):
    """Writes a volume by SimpleITK; data is [x, y, z], and the affine is that of ITK."""
    image = sitk.GetImageFromArray(np.ascontiguousarray(data.transpose(2, 1, 0)))
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    image.SetSpacing([float(v) for v in spacing])
    image.SetDirection([float(v) for v in (affine[:3, :3] / spacing).ravel()])
    image.SetOrigin([float(v) for v in affine[:3, 3]])
    sitk.WriteImage(image, str(OUT / name), compressed)
    return with_sitk(sitk.ReadImage(str(OUT / name)), [name])


def make_metaimage():
    random = np.random.default_rng(16)
    data = random.integers(-1024, 3000, (4, 5, 6), "int16")
    angle = np.deg2rad(20)
    turn = np.eye(4)
    turn[1:3, 1:3] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    oblique = TO_RAS @ turn @ turned_affine("LAS")
    cases = [
        write_metaimage("packed.mha", data, oblique, True),
        write_metaimage("plain.mhd", data, TO_RAS @ turned_affine("PIR"), False),
        write_metaimage("packed.mhd", data.astype("float32") / 8, oblique, True),
    ]
    header, end = b"BinaryDataByteOrderMSB = False", b"ElementDataFile = LOCAL\n"
    write_metaimage("big.mha", data, oblique, False)
    start, raw = (OUT / "big.mha").read_bytes().split(end)
    swapped = np.frombuffer(raw, "<i2").astype(">i2").tobytes()
    assert header in start
    whole = start.replace(header, b"BinaryDataByteOrderMSB = True") + end + swapped
    (OUT / "big.mha").write_bytes(whole)
    return [*cases, with_sitk(sitk.ReadImage(str(OUT / "big.mha")), ["big.mha"])]


# TIFF and JPEG


def pages(name, values):
    """Describes pages [page, y, x] of a file without a geometry."""
    return described([name], values.transpose(2, 1, 0), [1, 1, 1], TO_RAS)


def make_pages():
    random = np.random.default_rng(17)
    kinds = {
        "pages.tiff": (random.integers(0, 4000, (3, 33, 20)).astype("uint16"), {}),
        "tiles.tiff": (
            random.integers(-9, 9, (1, 33, 40)).astype("int16"),
            {"tile": (16, 16), "compression": "zlib"},
        ),
        "real.tiff": (random.normal(size=(1, 8, 5)).astype("float32"), {"byteorder": ">"}),
        "double.tiff": (random.normal(size=(2, 8, 5)), {"bigtiff": True}),
        "wide.tiff": (random.integers(0, 1 << 31, (1, 8, 5)).astype("uint32"), {}),
    }
    cases = []
    for name, (data, options) in kinds.items():
        tifffile.imwrite(
            OUT / name, data, photometric="minisblack", metadata=None, software="", **options
        )
        cases.append(pages(name, tifffile.imread(OUT / name).reshape(data.shape)))
    bits = random.integers(0, 2, (9, 13)).astype(bool)
    Image.fromarray(bits).save(OUT / "bits.tiff", compression="group4")
    cases.append(pages("bits.tiff", np.asarray(Image.open(OUT / "bits.tiff"))[None].astype("u1")))
    photo = (np.indices((24, 17)).sum(0) * 5).astype("uint8")
    Image.fromarray(photo).save(OUT / "grey.jpg", quality=90)
    cases.append(pages("grey.jpg", np.asarray(Image.open(OUT / "grey.jpg"))[None]))
    return cases


# DICOM


def dicom(name, pixels, position, number, slope=1, syntax=ExplicitVRLittleEndian, turn=None):
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian if syntax == RLELossless else syntax
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    meta.MediaStorageSOPInstanceUID = f"1.2.3.{number}"
    meta.ImplementationClassUID = "1.2.3.4"
    one = FileDataset(str(OUT / name), {}, file_meta=meta, preamble=bytes(128))
    one.SOPClassUID, one.SOPInstanceUID = meta.MediaStorageSOPClassUID, f"1.2.3.{number}"
    one.Modality, one.SeriesInstanceUID, one.StudyInstanceUID = "CT", "1.2.5", "1.2.6"
    one.FrameOfReferenceUID = "1.2.7"
    one.Rows, one.Columns = pixels.shape
    one.SamplesPerPixel, one.PhotometricInterpretation = 1, "MONOCHROME2"
    one.BitsAllocated, one.BitsStored, one.HighBit = 16, 16, 15
    one.PixelRepresentation = 1
    one.PixelSpacing, one.SliceThickness = [1.5, 0.75], 3
    one.ImageOrientationPatient = turn or [1, 0, 0, 0, 1, 0]
    one.ImagePositionPatient = list(position)
    one.RescaleSlope, one.RescaleIntercept = slope, -1024
    one.PixelData = pixels.astype("<i2").tobytes()
    one["PixelData"].VR = "OW"
    if syntax == RLELossless:
        one.compress(RLELossless, generate_instance_uid=False)
    one.save_as(OUT / name, enforce_file_format=True)


def make_dicom():
    random = np.random.default_rng(13)
    data = random.integers(0, 4000, (4, 5, 6), "int16")  # slice, row, column
    cases = []
    for folder, syntax, turn, slopes in [
        ("plain", ImplicitVRLittleEndian, None, [1] * 4),
        ("rle", RLELossless, None, [1] * 4),
        ("prone", ExplicitVRLittleEndian, [-1, 0, 0, 0, -1, 0], [1] * 4),
        # The slopes are whole numbers, because SimpleITK rounds to the type of the first slice.
        ("scaled", ExplicitVRLittleEndian, None, [1, 2, 4, 3]),
    ]:
        (OUT / folder).mkdir(exist_ok=True)
        # The order of the names is not that of the positions.
        names = [f"{folder}/{n}.dcm" for n in ["c", "a", "d", "b"]]
        for index, name in enumerate(names):
            dicom(name, data[index], [-10, -20, 30 + 3 * index], index, slopes[index], syntax, turn)
        cases.append(
            decoded(sorted(names), cases[0], data)
            if folder == "rle"
            else series(OUT, sorted(names))
        )
    return cases


def decoded(names, plain, data):
    """Checks by pydicom that compressed slices hold the same pixels as the plain ones.

    SimpleITK does not read compressed slices as small as these.
    """
    for name in names:
        found = pydicom.dcmread(OUT / name)
        assert found.file_meta.TransferSyntaxUID == RLELossless
        assert (found.pixel_array == data[int(found.SOPInstanceUID.split(".")[-1])]).all()
    return plain | {"files": names}


def make_jpeg(name, compressor, lowest):
    """Writes a slice of lossless JPEG: GDCM encodes it, pydicom gives it fixed identifiers."""
    pixels = np.random.default_rng(14).integers(lowest, 3000, (16, 20)).astype("int16")
    writer = sitk.ImageFileWriter()
    writer.SetImageIO("GDCMImageIO")
    writer.UseCompressionOn()
    writer.SetCompressor(compressor)
    writer.SetFileName(str(OUT / name))
    writer.Execute(sitk.GetImageFromArray(pixels))
    found = pydicom.dcmread(OUT / name)
    for element in list(found):
        if element.VR in ("DA", "TM", "DT"):
            del found[element.tag]
    found.SOPInstanceUID = found.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    found.SeriesInstanceUID, found.StudyInstanceUID = "1.2.5", "1.2.6"
    found.FrameOfReferenceUID = "1.2.7"
    found.ImageOrientationPatient, found.ImagePositionPatient = [1, 0, 0, 0, 1, 0], [5, 6, 7]
    found.PixelSpacing, found.SliceThickness = [1.5, 0.75], 1
    found.save_as(OUT / name, enforce_file_format=True)
    image = sitk.ReadImage(str(OUT / name))
    assert (sitk.GetArrayFromImage(image)[0] == pixels).all()
    return [with_sitk(image, [name])]


def native():
    found = [
        with_nibabel(NATIVE, str(path.relative_to(NATIVE)))
        for path in sorted(NATIVE.rglob("*.nii.gz"))
    ]
    for path in sorted(NATIVE.rglob("*.nrrd")):
        name = str(path.relative_to(NATIVE))
        found.append(with_sitk(sitk.ReadImage(str(path)), [name]))
    found.append(series(NATIVE, ["dicom/01.dcm", "dicom/02.dcm", "dicom/03.dcm"]))
    found.append(segmentation(NATIVE, "dicom/liver.dcm"))
    return found


def write(name, content):
    lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in content)
    (OUT / name).write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    compressed = make_jpeg("jpeg.dcm", "JPEG", 0) + make_jpeg("jpeg2000.dcm", "JPEG2000", -1024)
    write(
        "golden.json",
        make_nifti()
        + make_nrrd()
        + make_dicom()
        + compressed
        + make_more_nrrd()
        + make_metaimage()
        + make_pages(),
    )
    if NATIVE.is_dir():
        write("native.json", native())
