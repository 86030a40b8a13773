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
  /// The paths of the images for testing, whose masks are not public.
  var tests: [String] = []

  /// Collects the paths of a listing.
  init(_ listing: FileListing) {
    let name = /(?:.*\/)?(volume|segmentation)-(\d+)\.nii(?:\.gz)?/.ignoresCase()
    let testName = /(?:.*\/)?test-volume-\d+\.nii(?:\.gz)?/.ignoresCase()
    tests = listing.paths.filter { $0.wholeMatch(of: testName) != nil }
    for path in listing.paths {
      guard let match = path.wholeMatch(of: name), let number = Int(match.2) else { continue }
      if match.1.lowercased() == "volume" {
        images[number, default: []].append(path)
      } else {
        masks[number, default: []].append(path)
      }
    }
  }
}

private func discoverLiTS(in listing: FileListing, for _: ImportRequest) -> Discovery {
  let paths = NumberedPaths(listing)
  var found = Discovery()
  found.unused = paths.tests.map { UnusedFile($0, reason: UnusedFile.testImage, isData: false) }
  for number in Set(paths.images.keys).union(paths.masks.keys).sorted() {
    let images = paths.images[number] ?? []
    let masks = paths.masks[number] ?? []
    let name = "volume-\(number)"
    if images.count == 1, masks.count == 1 {
      found.volumes.append(VolumePair(id: name, patient: name, image: images, mask: masks))
    } else {
      found.unused += unmatched(images: images, masks: masks, number: number)
    }
  }
  return found
}

/// Returns the files of a number that has not one image and one mask.
private func unmatched(images: [String], masks: [String], number: Int) -> [UnusedFile] {
  let files = images + masks
  if files.count > 1 {
    let list = files.joined(separator: " and ")
    return files.map {
      UnusedFile($0, reason: "has the number of other files (\(list)); keep one of them")
    }
  }
  let missing = (masks.isEmpty ? "segmentation" : "volume") + "-\(number).nii"
  return files.map { UnusedFile($0, reason: "has no \(missing)") }
}
