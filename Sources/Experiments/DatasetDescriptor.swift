import Errors
import Foundation
import Jobs

/// The content of a `dataset.json`: the cases of a data set and the paths of their files.
///
/// Its keys are `name`, `cases` (each with `id`, `image`, `truth`, `markers`, `split`, and
/// `patient` or null) and `intensity.window` (`"minmax"` or `[low, high]`); others are ignored.
public struct DatasetDescriptor: Hashable, Sendable {
  /// One image with its ground truth and markers.
  public struct Case: Hashable, Sendable {
    /// The case's name, which is unique and a valid file name.
    public var id: String
    /// The path of the image, relative to the descriptor's folder, as all paths are.
    public var image: String
    /// The path of the ground truth.
    public var truth: String
    /// The path of the marker file.
    public var markers: String
    /// The patient's name, if it is known.
    public var patient: String?
    /// The use of the case.
    public var split: Split
  }

  /// The use of a case.
  public enum Split: String, Hashable, Sendable, CaseIterable {
    /// M1 to M4 are trained on the case.
    case train
    /// Every method is scored on the case.
    case test
  }

  /// The data set's name, which is a valid folder name.
  public var name: String
  /// The mapping of intensities to `[0, 1]`.
  public var window: IntensityWindow
  /// The cases in the order of the file.
  public var cases: [Case]

  /// Reads a descriptor.
  ///
  /// - Parameters:
  ///   - json: The bytes of the file.
  ///   - file: The name of the file for errors.
  /// - Throws: `DipperError` that names file and key.
  public init(json: Data, file: String) throws {
    let raw: RawDescriptor
    do { raw = try JSONDecoder().decode(RawDescriptor.self, from: json) } catch {
      throw DipperError(.syntaxInvalid, "\(file) \(reason(error))")
    }
    name = raw.name
    window = try raw.intensity?.window.checked(file) ?? .minmax
    cases = try raw.cases.map { try Case($0, file: file) }
    guard isFileName(name) else {
      throw DipperError(.valueInvalid, "\(file): name `\(name)` cannot be a folder's name")
    }
    var seen: Set<String> = []
    if let twice = cases.first(where: { !seen.insert($0.id).inserted }) {
      throw DipperError(.valueInvalid, "\(file): case id `\(twice.id)` is given twice")
    }
    guard cases.contains(where: { $0.split == .test }) else {
      throw DipperError(.valueInvalid, "\(file): no case has the split `test`")
    }
  }
}

extension DatasetDescriptor {
  /// Returns the descriptor with the cases `train`, in this order, as training cases and all others
  /// as test cases.
  ///
  /// - Parameters:
  ///   - train: The ids of the training cases.
  ///   - file: The name of the file for errors.
  /// - Throws: `DipperError` of code `valueInvalid` if there is no such case, or none is left to
  ///   test.
  public func learning(from train: [String], file: String) throws -> DatasetDescriptor {
    let chosen = try train.map { id in
      guard let one = cases.first(where: { $0.id == id }) else {
        throw DipperError(.valueInvalid, "\(file): there is no case `\(id)` to train on")
      }
      return one
    }
    let others = cases.filter { !train.contains($0.id) }
    guard !others.isEmpty else {
      throw DipperError(.valueInvalid, "\(file): all cases are to train on; none is left to test")
    }
    var split = self
    split.cases = (chosen + others).map { one in
      var one = one
      one.split = train.contains(one.id) ? .train : .test
      return one
    }
    return split
  }
}

private struct RawDescriptor: Decodable {
  struct Intensity: Decodable { var window: RawWindow }
  var name: String
  var intensity: Intensity?
  var cases: [RawCase]
}

private struct RawCase: Decodable {
  var id: String
  var image: String
  var truth: String
  var markers: String
  var patient: String?
  var split: String
}

private enum RawWindow: Decodable {
  case word(String)
  case bounds([Double])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let word = try? container.decode(String.self) {
      self = .word(word)
    } else {
      self = .bounds(try container.decode([Double].self))
    }
  }

  func checked(_ file: String) throws -> IntensityWindow {
    switch self {
    case .word("minmax"): return .minmax
    case .bounds(let bounds) where bounds.count == 2 && bounds[0] < bounds[1]:
      return .range(low: bounds[0].withoutSignOfZero, high: bounds[1].withoutSignOfZero)
    default:
      throw DipperError(
        .valueInvalid, "\(file): intensity.window must be \"minmax\" or [low, high] with low < high"
      )
    }
  }
}

extension DatasetDescriptor.Case {
  fileprivate init(_ raw: RawCase, file: String) throws {
    guard isFileName(raw.id) else {
      throw DipperError(.valueInvalid, "\(file): case id `\(raw.id)` cannot be a file's name")
    }
    for path in [raw.image, raw.truth, raw.markers] where path.hasPrefix("/") {
      throw DipperError(
        .valueInvalid,
        "\(file): \(path) of case \(raw.id) must be a path that is relative to the file's folder")
    }
    guard let split = DatasetDescriptor.Split(rawValue: raw.split) else {
      throw DipperError(
        .valueInvalid, "\(file): split of case \(raw.id) must be train or test, not `\(raw.split)`")
    }
    self.init(
      id: raw.id, image: raw.image, truth: raw.truth, markers: raw.markers, patient: raw.patient,
      split: split)
  }
}

/// Describes a decoding error with the key where it occurred.
private func reason(_ error: any Error) -> String {
  func path(_ keys: [any CodingKey]) -> String {
    keys.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
  }
  switch error {
  case DecodingError.keyNotFound(let key, let context):
    return "has no key \(path(context.codingPath + [key]))"
  case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
    return "has a value of the wrong type at \(path(context.codingPath))"
  default: return "is not JSON"
  }
}
