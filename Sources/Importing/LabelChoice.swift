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
