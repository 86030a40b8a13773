import Errors
import Jobs
import Volumes

extension ImportLayout {
  /// The layout of a folder with pairs of any format, matched by name; a sub-folder of DICOM files
  /// is one volume.
  static let folder = ImportLayout(
    name: "folder",
    summary: "images/NAME.* with masks/NAME.*, or NAME.* with NAME_mask.* beside it",
    window: .minmax, minimumArea: 50, target: .all, choices: [.label], shift: nil,
    object: { $0.label.map(ObjectRule.label) ?? .marked }, discover: discoverPairs)
}

/// The names of folders with images.
private let imageFolders = ["images", "image", "imagesTr", "scans", "volumes"]
/// The names of folders with masks.
private let maskFolders = [
  "masks", "mask", "labels", "label", "labelsTr", "segmentations", "segmentation",
]
/// The suffixes of names of masks, after `_`, `-` or `.`.
private let maskSuffixes = ["mask", "msk", "seg", "segmentation", "label", "gt"]
/// The suffixes of names of images, after `_`, `-` or `.`.
private let imageSuffixes = ["image", "img", "scan", "ct"]

/// The files of one image or mask, with the name by which they are matched.
private struct NamedVolume {
  var isMask: Bool
  var name: String
  var files: [String]
}

private func discoverPairs(in listing: FileListing, for _: ImportRequest) throws -> Discovery {
  let found = volumes(listing)
  let masks = Dictionary(grouping: found.filter(\.isMask), by: \.name)
  let images = Dictionary(grouping: found.filter { !$0.isMask }, by: \.name)
  var pairs = Discovery(volumes: [], problems: [])
  for (name, sources) in images.sorted(by: { $0.key.isNaturallyOrdered(before: $1.key) }) {
    let candidates = masks[name] ?? []
    if let repeated = [sources, candidates].first(where: { $0.count > 1 }) {
      throw DipperError(
        .importSourceInvalid,
        "\(repeated[0].files[0]) and \(repeated[1].files[0]) have one name; keep one of them")
    }
    if let mask = candidates.first {
      pairs.volumes.append(
        VolumePair(id: name, patient: name, image: sources[0].files, mask: mask.files))
    } else {
      pairs.problems.append("\(sources[0].files[0]) has no mask of the name \(name)")
    }
  }
  for (name, sources) in masks.sorted(by: { $0.key < $1.key }) where images[name] == nil {
    pairs.problems.append("\(sources[0].files[0]) has no image of the name \(name)")
  }
  return pairs
}

/// Groups the files of a listing by the image or mask to which they belong.
private func volumes(_ listing: FileListing) -> [NamedVolume] {
  var series: [String: NamedVolume] = [:]
  var single: [NamedVolume] = []
  for path in listing.paths {
    var parts = path.split(separator: "/").map(String.init)
    let file = parts.removeLast()
    let isMaskFolder = parts.first.map(maskFolders.contains)
    let isSorted = parts.first.map { (imageFolders + maskFolders).contains($0) } == true
    if isSorted { parts.removeFirst() }
    if let folder = parts.last, isSlice(file) {
      let key = path.dropLast(file.count + 1).description
      series[key, default: named(folder, isMaskFolder: isMaskFolder, files: [])]
        .files.append(path)
    } else if parts.isEmpty || isSorted, stem(file) != file {
      single.append(named(stem(file), isMaskFolder: isMaskFolder, files: [path]))
    }
  }
  return single
    + series.values.sorted { $0.files[0].isNaturallyOrdered(before: $1.files[0]) }
}

/// Tells whether a file in a sub-folder is a slice of a DICOM series, whose names often have no
/// extension.
private func isSlice(_ file: String) -> Bool {
  file.lowercased().hasSuffix(".dcm")
    || (!file.contains(".") || file.contains(/^[0-9.]+$/)) && file != "DICOMDIR"
}

/// Returns the files with the name by which images and masks are matched, without its suffix.
///
/// - Parameter isMaskFolder: whether the files lie in a folder of masks; nil at the top.
private func named(_ name: String, isMaskFolder: Bool?, files: [String]) -> NamedVolume {
  let separators = ["_", "-", "."]
  let suffixes = maskSuffixes.filter { suffix in
    separators.contains { name.hasSuffix($0 + suffix) }
  }
  let isMask = isMaskFolder == true || !suffixes.isEmpty
  for suffix in isMask ? suffixes : imageSuffixes {
    for separator in separators where name.hasSuffix(separator + suffix) {
      let rest = String(name.dropLast(suffix.count + 1))
      if !rest.isEmpty { return NamedVolume(isMask: isMask, name: rest, files: files) }
    }
  }
  return NamedVolume(isMask: isMask, name: name, files: files)
}

/// Returns the name of a file without the extension of a volume.
func stem(_ path: String) -> String {
  let name = path.split(separator: "/").last.map(String.init) ?? path
  let suffix = volumeExtensions.first { name.hasSuffix(".\($0)") }
  return suffix.map { String(name.dropLast($0.count + 1)) } ?? name
}
