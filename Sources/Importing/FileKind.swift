/// The kind of a file of a source, by its ending or, where that says nothing, by its first bytes.
public enum FileKind: Hashable, Sendable {
  /// The file holds one image or mask: NIfTI, NRRD, MetaImage, PNG, JPEG or TIFF.
  case volume
  /// The file is the header of an image or mask whose voxels are in the files at these paths.
  case header(voxels: [String])
  /// The file holds the voxels of a header beside it.
  case voxels
  /// The file is a DICOM image, which may be one slice of a series.
  case slice
  /// The file is a DICOM segmentation.
  case segmentation
  /// The file gives no case; the reason is the rest of a sentence that begins with its path.
  case unusable(String, isData: Bool)

  /// The kind of a file that holds neither an image nor a mask, such as a licence.
  static let other = FileKind.unusable("is no image", isData: false)
}

/// A file name, split into its stem and its ending.
struct FileName: Hashable {
  var stem: String
  /// The ending in lower case, without the dot; empty if the name has none that is known.
  var ending: String

  /// Splits the last component of a path. Endings are those of images and of their parts, longer
  /// ones first, in upper or lower case.
  init(_ path: String) {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let lower = name.lowercased()
    let parts = lower.split(separator: ".", omittingEmptySubsequences: false)
    let endings = [2, 1].filter { parts.count > $0 }.map { parts.suffix($0).joined(separator: ".") }
    ending = endings.first { FileEnding.all.contains($0) && $0.count + 1 < lower.count } ?? ""
    stem = ending.isEmpty ? name : String(name.dropLast(ending.count + 1))
  }
}

/// The endings of file names that belong to images, in lower case and without the dot.
enum FileEnding {
  /// The endings of files that hold one image or mask.
  static let volumes = [
    "nii.gz", "nii", "nrrd", "mha", "png", "jpg", "jpeg", "tif", "tiff",
  ]
  /// The endings of headers whose voxels are in other files.
  static let headers = ["hdr", "nhdr", "mhd"]
  /// The endings of files that hold the voxels of a header.
  static let voxels = ["img", "raw", "zraw", "img.gz", "raw.gz"]
  /// The endings of DICOM files; many have none.
  static let slices = ["dcm", "dicom", "ima"]
  /// The endings of images in formats that are not read.
  static let foreign = [
    "nii.bz2", "nii.xz", "nii.zst", "nii.zip", "hdr.gz", "nrrd.gz", "mha.gz", "mhd.gz", "dcm.gz",
    "mgz", "mgh", "mnc", "bmp", "gif", "webp", "jp2", "npy", "npz", "h5", "hdf5", "mat", "vtk",
    "vti", "rec", "svs",
  ]
  /// All endings of images and of their parts; each has one or two parts.
  static let all = Set(volumes + headers + voxels + slices + foreign)
}

/// Returns the name of a file without the ending of an image.
func stem(_ path: String) -> String { FileName(path).stem }
