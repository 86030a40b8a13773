import Blobs
import Imaging
import Jobs

/// A cache of the ground truths of a run's cases, which reads each file once. A mask of a test case
/// gets the spacing of its image, because its PNG file stores none.
package struct GroundTruthCache {
  private let manifest: RunManifest
  private let directory: RunDirectory
  private var known: [CaseName: Mask] = [:]

  package init(of manifest: RunManifest, in directory: RunDirectory) {
    self.manifest = manifest
    self.directory = directory
  }

  /// Returns the ground truth of a case.
  ///
  /// - Throws: as `RunDirectory.groundTruth`; `DipperError` if the image is missing or damaged.
  package mutating func mask(of name: CaseName) throws -> Mask {
    if let mask = known[name] { return mask }
    var mask = try directory.groundTruth(of: name, in: manifest)
    let dataset = manifest.datasets.first { $0.name == name.dataset }
    if let image = dataset?.test.first(where: { $0.id == name.id })?.input.image {
      let bytes = try directory.blobs.get(image)
      mask.spacing = try Image(decoding: bytes, name: "the image of \(name)").spacing
    }
    known[name] = mask
    return mask
  }
}
