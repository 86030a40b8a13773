import Foundation
import Imaging
import Jobs

/// The ground truths with which a run has been scored so far.
struct RecordedGroundTruth {
  private let manifest: RunManifest
  private let directory: RunDirectory
  /// The image digest of every case that the run computes with.
  private var images: [CaseName: Digest] = [:]

  /// Creates the record from the manifest of the earlier run. A manifest of an old release names no
  /// ground truths; then the files in the run directory are compared.
  init(of manifest: RunManifest, in directory: RunDirectory) {
    self.manifest = manifest
    self.directory = directory
    for planned in manifest.plan.jobs {
      for (id, input) in zip(planned.cases, planned.job.inputs) {
        images[CaseName(dataset: planned.dataset, id: id)] = input.image
      }
    }
    for dataset in manifest.datasets {
      for one in dataset.test {
        images[CaseName(dataset: dataset.name, id: one.id)] = one.input.image
      }
    }
  }

  /// Returns true if the case was recorded with a different ground truth. If its image has changed,
  /// it counts as a new case and the result is false.
  func differ(from contents: CaseContents, of name: CaseName) -> Bool {
    guard images[name] == contents.input.image else { return false }
    let recorded = manifest.groundTruthDigest(of: name)
    if recorded == Digest(of: contents.groundTruthFile) { return false }
    // Another release may have encoded the same mask into other bytes, so the pixels decide.
    guard let earlier = try? directory.groundTruth(of: name, in: manifest) else {
      return recorded != nil
    }
    let current = contents.groundTruth
    return earlier.width != current.width || earlier.height != current.height
      || earlier.pixels != current.pixels
  }
}
