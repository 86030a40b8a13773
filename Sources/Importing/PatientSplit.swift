import Experiments
import Jobs

/// The split of patients into training and testing; no patient is in both.
///
/// The first patients that give a slice are for training.
struct PatientSplit {
  private let trainingCount: Int
  private let limit: Int
  private var known: [String: DatasetDescriptor.Split] = [:]

  init(_ request: ImportRequest) {
    trainingCount = request.train
    limit = request.patients ?? .max
  }

  /// Returns the split to which the patient's next volume will belong if it gives a slice; nil if
  /// the requested number of patients is reached.
  func split(of patient: String) -> DatasetDescriptor.Split? {
    if let split = known[patient] { return split }
    guard known.count < limit else { return nil }
    return known.count < trainingCount ? .train : .test
  }

  /// Records that a volume of the patient gave a slice.
  mutating func admit(_ patient: String, to split: DatasetDescriptor.Split) {
    known[patient] = split
  }
}
