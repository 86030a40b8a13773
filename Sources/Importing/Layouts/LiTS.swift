import Errors
import Jobs

extension ImportLayout {
  /// The layout of the Liver Tumor Segmentation benchmark (arXiv 1901.04056) and its mirrors: 131
  /// CT volumes with the labels 1 for liver and 2 for lesion.
  static let lits = ImportLayout(
    name: "lits",
    summary: "volume-N.nii with segmentation-N.nii, gzipped or not, in any folders",
    // The usual liver window in HU, and the smallest lesion in pixels on a grid of 512 x 512; the
    // paper states neither.
    window: .range(low: -75, high: 175), minimumArea: 300, target: .component, choices: [.label],
    shift: nil,
    object: { .label($0.label ?? .number(2)) }, discover: discoverLiTS)
}

/// The paths of LiTS files by the number in their names.
private struct NumberedPaths {
  var images: [Int: [String]] = [:]
  var masks: [Int: [String]] = [:]

  /// Collects the paths of a listing.
  ///
  /// - Throws: `DipperError` of code `importSourceInvalid` if two files have the same number.
  init(_ listing: FileListing) throws {
    for path in listing.paths {
      guard let match = path.wholeMatch(of: /(?:.*\/)?(volume|segmentation)-(\d+)\.nii(?:\.gz)?/),
        let number = Int(match.2)
      else { continue }
      if match.1 == "volume" {
        images[number, default: []].append(path)
      } else {
        masks[number, default: []].append(path)
      }
    }
    for (_, paths) in (images.merging(masks) { $0.count > 1 ? $0 : $1 }) where paths.count > 1 {
      throw DipperError(
        .importSourceInvalid, "the source holds \(paths[0]) and \(paths[1]); keep one of them")
    }
  }
}

private func discoverLiTS(in listing: FileListing, for _: ImportRequest) throws -> Discovery {
  let paths = try NumberedPaths(listing)
  var found = Discovery(volumes: [], problems: [])
  for (number, image) in paths.images.sorted(by: { $0.key < $1.key }) {
    let name = "volume-\(number)"
    if let mask = paths.masks[number] {
      found.volumes.append(VolumePair(id: name, patient: name, image: image, mask: mask))
    } else {
      found.problems.append("\(image[0]) has no segmentation-\(number).nii")
    }
  }
  return found
}
