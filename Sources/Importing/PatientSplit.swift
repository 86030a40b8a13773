import Experiments
import Jobs

/// Which part a patient is for: the first ones that give a slice are for training. A patient is
/// never in both parts.
struct PatientSplit {
  private let train: Int
  private let most: Int
  private var known: [String: DatasetDescriptor.Split] = [:]

  init(_ request: ImportRequest) { (train, most) = (request.train, request.patients ?? .max) }

  /// What the next volume is for if it gives a slice; nil where no further patient is wanted.
  func split(of patient: String) -> DatasetDescriptor.Split? {
    if let split = known[patient] { return split }
    guard known.count < most else { return nil }
    return known.count < train ? .train : .test
  }

  /// A volume of the patient gave a slice.
  mutating func admit(_ patient: String, _ split: DatasetDescriptor.Split) {
    known[patient] = split
  }
}
