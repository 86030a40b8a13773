import Foundation
import Imaging
import Jobs

/// By which truths a run has been scored so far.
struct EarlierTruths {
  private let record: ExperimentRecord
  private let state: StateFolder
  /// Of the cases that the run computes with.
  private var images: [CaseName: Digest] = [:]

  /// Those that an earlier record names, or where it names none those that lie in the folder.
  init(of record: ExperimentRecord, in state: StateFolder) {
    (self.record, self.state) = (record, state)
    for planned in record.plan.jobs {
      for (id, input) in zip(planned.cases, planned.job.inputs) {
        images[CaseName(dataset: planned.dataset, id: id)] = input.image
      }
    }
    for dataset in record.datasets {
      for one in dataset.test {
        images[CaseName(dataset: dataset.name, id: one.id)] = one.input.image
      }
    }
  }

  /// Whether a case has had another truth; one of another image is another case.
  func differ(from contents: CaseContents, of name: CaseName) -> Bool {
    guard images[name] == contents.input.image else { return false }
    let recorded = record.truth(of: name)
    if recorded == Digest(of: contents.truthFile) { return false }
    // Another release may have put the same mask into other bytes.
    guard let earlier = try? state.truth(name, in: record) else { return recorded != nil }
    return (earlier.width, earlier.height) != (contents.truth.width, contents.truth.height)
      || earlier.pixels != contents.truth.pixels
  }
}

extension ExperimentRecord {
  /// The digest of a case's truth; nil where an earlier release made the record.
  func truth(of name: CaseName) -> Digest? {
    datasets.first { $0.name == name.dataset }?.truths?[name.id]
  }
}
