import Blobs
import Imaging
import Jobs

/// The ground truths of a run's cases, each read once. Those of test cases get the spacing of their
/// images, because a PNG file stores none.
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
  /// - Throws: as `RunDirectory.groundTruth`; `DipperError` where the image is missing or damaged.
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
