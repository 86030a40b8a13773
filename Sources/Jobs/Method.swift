/// The name of a segmentation method, as configurations and reports have it: `M3`, `TV`.
///
/// A name says nothing of what the method does; the catalogue of the target `Methods` does.
public struct Method: RawRepresentable, Hashable, Sendable, Codable {
  /// The name as configurations and reports have it.
  public let rawValue: String

  /// Creates the name of a method.
  public init(rawValue: String) { self.rawValue = rawValue }
}

extension Method: ExpressibleByStringLiteral {
  /// Creates the name of a method from a literal.
  public init(stringLiteral name: String) { self.init(rawValue: name) }
}

extension Method: CustomStringConvertible {
  /// The name as configurations and reports have it.
  public var description: String { rawValue }
}
