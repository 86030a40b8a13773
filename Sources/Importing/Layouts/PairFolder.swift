import Jobs
import Volumes

extension ImportLayout {
  /// A folder of pairs of any format, matched by name; a sub-folder of DICOM files is one volume.
  static let folder = ImportLayout(
    name: "folder",
    summary: "images/NAME.* with masks/NAME.*, or NAME.* with NAME_mask.* beside it",
    window: .minmax, minimumArea: 50, target: .all, choices: [.label], shift: nil,
    object: { $0.label.map(ObjectRule.label) ?? .marked }, discover: discoverPairs)
}

/// Folders and ends of names that say what a file is.
private let imageFolders = ["images", "image", "imagesTr", "scans", "volumes"]
private let maskFolders = [
  "masks", "mask", "labels", "label", "labelsTr", "segmentations", "segmentation",
]
private let maskEnds = ["mask", "msk", "seg", "segmentation", "label", "gt"]
private let imageEnds = ["image", "img", "scan", "ct"]

private struct Found {
  var isMask: Bool
  var name: String
  var files: [String]
}

private func discoverPairs(_ listing: FileListing, _: ImportRequest) throws -> Discovery {
  let found = volumes(listing)
  let masks = Dictionary(grouping: found.filter(\.isMask), by: \.name)
  let images = Dictionary(grouping: found.filter { !$0.isMask }, by: \.name)
  var pairs = Discovery(volumes: [], problems: [])
  for (name, sources) in images.sorted(by: { isNaturallyOrdered($0.key, $1.key) }) {
    let candidates = masks[name] ?? []
    if let twice = [sources, candidates].first(where: { $0.count > 1 }) {
      throw ImportingError(
        .source, "\(twice[0].files[0]) and \(twice[1].files[0]) have one name; keep one of them")
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

/// Files by the volume that they belong to.
private func volumes(_ listing: FileListing) -> [Found] {
  var series: [String: Found] = [:]
  var single: [Found] = []
  for path in listing.paths {
    var parts = path.split(separator: "/").map(String.init)
    let file = parts.removeLast()
    let isMaskFolder = parts.first.map(maskFolders.contains)
    let isSorted = parts.first.map { (imageFolders + maskFolders).contains($0) } == true
    if isSorted { parts.removeFirst() }
    if let folder = parts.last, isSlice(file) {
      series[path.dropLast(file.count + 1).description, default: named(folder, isMaskFolder)]
        .files.append(path)
    } else if parts.isEmpty || isSorted, stem(file) != file {
      single.append(named(stem(file), isMaskFolder, files: [path]))
    }
  }
  return single + series.values.sorted { isNaturallyOrdered($0.files[0], $1.files[0]) }
}

/// Whether a file in a sub-folder is a slice of a DICOM series, which often has no end to its name.
private func isSlice(_ file: String) -> Bool {
  file.lowercased().hasSuffix(".dcm")
    || (!file.contains(".") || file.contains(/^[0-9.]+$/)) && file != "DICOMDIR"
}

private func named(_ name: String, _ isMaskFolder: Bool?, files: [String] = []) -> Found {
  let ends = maskEnds.filter { end in ["_", "-", "."].contains { name.hasSuffix($0 + end) } }
  let isMask = isMaskFolder == true || !ends.isEmpty
  for end in isMask ? ends : imageEnds {
    for mark in ["_", "-", "."] where name.hasSuffix(mark + end) {
      let rest = String(name.dropLast(end.count + 1))
      if !rest.isEmpty { return Found(isMask: isMask, name: rest, files: files) }
    }
  }
  return Found(isMask: isMask, name: name, files: files)
}

/// A file's name without its end.
func stem(_ path: String) -> String {
  let name = path.split(separator: "/").last.map(String.init) ?? path
  let end = volumeExtensions.first { name.hasSuffix(".\($0)") }
  return end.map { String(name.dropLast($0.count + 1)) } ?? name
}
