/// The name of a segmentation method in configurations and reports, such as `M3` or `TV`.
///
/// The catalogue in the target `Methods` describes the methods.
public struct Method: RawRepresentable, Hashable, Sendable, Codable {
  /// The name in configurations and reports.
  public let rawValue: String

  /// Creates the name of a method.
  public init(rawValue: String) { self.rawValue = rawValue }
}

extension Method: ExpressibleByStringLiteral {
  /// Creates the name of a method from a literal.
  public init(stringLiteral name: String) { self.init(rawValue: name) }
}

extension Method: CustomStringConvertible {
  /// The name in configurations and reports.
  public var description: String { rawValue }
}
