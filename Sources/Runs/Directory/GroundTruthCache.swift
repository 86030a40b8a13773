import Blobs
import Imaging
import Jobs

/// A cache of the ground truths of a run's cases, which reads each file once. A mask of a test case
/// gets the spacing of its image, because its PNG file stores none.
///
/// Distances of one data set have one unit. If the file of one of its test images gives no spacing,
/// the distances of all of them are in pixels, because millimetres and pixels have no common mean.
package struct GroundTruthCache {
  private let manifest: RunManifest
  private let directory: RunDirectory
  private var known: [CaseName: Mask] = [:]
  private var spacings: [String: [String: Spacing]] = [:]

  package init(of manifest: RunManifest, in directory: RunDirectory) {
    self.manifest = manifest
    self.directory = directory
  }

  /// Returns the ground truth of a case.
  ///
  /// - Throws: as `RunDirectory.groundTruth`; `DipperError` if the image of a test case is missing or
  ///   damaged.
  package mutating func mask(of name: CaseName) throws -> Mask {
    if let mask = known[name] { return mask }
    var mask = try directory.groundTruth(of: name, in: manifest)
    if let spacing = try spacings(of: name.dataset)[name.id] { mask.spacing = spacing }
    known[name] = mask
    return mask
  }

  /// Returns the spacing of each test image of a data set, all in one unit, by the case's id.
  private mutating func spacings(of dataset: String) throws -> [String: Spacing] {
    if let known = spacings[dataset] { return known }
    let cases = manifest.datasets.first { $0.name == dataset }?.test ?? []
    var found: [String: Spacing] = [:]
    for one in cases {
      let bytes = try directory.blobs.get(one.input.image)
      let name = "the image of \(dataset)/\(one.id)"
      found[one.id] = try Image(decoding: bytes, name: name).spacing
    }
    if found.values.contains(where: { $0.unit == .pixel }) {
      found = found.mapValues { _ in .unknown }
    }
    spacings[dataset] = found
    return found
  }
}
