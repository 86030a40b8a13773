import Blobs
import Imaging
import Jobs

/// The truths of a run's cases, each read once; those of test cases with the spacing of their images: a
/// PNG has none.
struct Truths {
  private let record: ExperimentRecord
  private let state: StateFolder
  private var known: [CaseName: Mask] = [:]

  init(of record: ExperimentRecord, in state: StateFolder) {
    (self.record, self.state) = (record, state)
  }

  /// The truth of a case.
  ///
  /// - Throws: as `StateFolder.truth`; `BlobError` where the image is missing or damaged.
  mutating func truth(_ name: CaseName) throws -> Mask {
    if let truth = known[name] { return truth }
    var truth = try state.truth(name, in: record)
    let dataset = record.datasets.first { $0.name == name.dataset }
    if let image = dataset?.test.first(where: { $0.id == name.id })?.input.image {
      let bytes = try state.blobs.get(image)
      truth.spacing = try Image(decoding: bytes, name: "the image of \(name)").spacing
    }
    known[name] = truth
    return truth
  }
}
