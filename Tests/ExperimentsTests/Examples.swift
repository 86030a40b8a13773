import Errors
import Experiments
import Foundation
import Jobs

/// The smallest valid configuration.
let smallest = """
  name: tiny
  datasets:
    - folder: data
  """

/// Reads a configuration under the file name `x.yaml`.
func configuration(_ yaml: String) throws -> ExperimentConfiguration {
  try ExperimentConfiguration(yaml: yaml, file: "x.yaml")
}

/// Returns a case whose content is derived from a text.
func example(_ content: String, id: String? = nil) -> DatasetCase {
  DatasetCase(
    id: id ?? content,
    input: CaseInput(
      image: Digest(of: Data("image \(content)".utf8)),
      markers: Digest(of: Data("markers \(content)".utf8))))
}

/// Returns a data set whose cases are derived from their names.
func dataset(
  _ name: String = "lung", train: [String] = ["a", "b"], test: [String] = ["c", "d", "e"]
) -> Dataset {
  Dataset(
    name: name, window: .minmax, train: train.map { example("\(name) \($0)", id: $0) },
    test: test.map { example("\(name) \($0)", id: $0) })
}

/// Returns the description of the error in the domain `experiments` that `body` throws; nil if it
/// throws none.
func refusal<Value>(_ body: () throws -> Value) -> String? {
  do {
    _ = try body()
    return nil
  } catch let error as DipperError where error.domain == .experiments {
    return error.description
  } catch {
    return "not an error of the domain experiments: \(error)"
  }
}
