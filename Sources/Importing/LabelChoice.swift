import Errors

/// The part of a mask that the user calls the object.
///
/// In JSON it is a number or a string.
public enum LabelChoice: Hashable, Sendable, Codable {
  /// The value of the mask, or the number of a segment.
  case number(Int)
  /// The name of a label or of a segment, as the masks or the `dataset.json` beside them give it.
  case name(String)

  /// Reads a choice as the user writes it: a whole number, or else a name.
  public init(_ text: String) { self = Int(text).map(LabelChoice.number) ?? .name(text) }

  /// Reads a choice from JSON.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Int.self) {
      self = .number(number)
    } else {
      self = .name(try container.decode(String.self))
    }
  }

  /// Writes the choice as JSON.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let number): try container.encode(number)
    case .name(let name): try container.encode(name)
    }
  }
}

extension LabelChoice: CustomStringConvertible {
  /// The number, or the name as it was given.
  public var description: String {
    switch self {
    case .number(let number): "\(number)"
    case .name(let name): name
    }
  }
}

extension ImportRequest {
  /// Returns the request with the number of a label that a `dataset.json` names in place of its
  /// name.
  ///
  /// - Parameter labels: the values of each label by its name; empty if nothing names any, and then
  ///   the name stays, because the masks themselves may know it.
  /// - Throws: `DipperError` of code `importRequestInvalid` if there is no such label, or if it is a
  ///   region of several.
  func resolved(by labels: [String: [Int]]) throws -> ImportRequest {
    guard case .name(let name) = label, !labels.isEmpty else { return self }
    let found = labels[name] ?? labels.first { $0.key.lowercased() == name.lowercased() }?.value
    guard let found else {
      let names = labels.keys.sorted().joined(separator: ", ")
      throw DipperError(
        .importRequestInvalid, "dataset.json names no label `\(name)`; it names \(names)")
    }
    guard found.count == 1 else {
      throw DipperError(
        .importRequestInvalid,
        "the label `\(name)` of dataset.json is a region of the labels "
          + "\(found.map(String.init).joined(separator: ", ")); give one of these numbers")
    }
    var resolved = self
    resolved.label = .number(found[0])
    return resolved
  }
}
