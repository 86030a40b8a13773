/// The name of a case within a run, such as `lung/0018`.
public struct CaseName: Hashable, Sendable, CustomStringConvertible {
  /// The name of the data set.
  public let dataset: String
  /// The case's name, unique in its data set.
  public let id: String

  /// Creates the name of a case.
  public init(dataset: String, id: String) {
    self.dataset = dataset
    self.id = id
  }

  /// Parses `dataset/case`; returns nil for any other text.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 && !parts.contains("") else { return nil }
    self.init(dataset: parts[0], id: parts[1])
  }

  /// The text `dataset/case`.
  public var description: String { "\(dataset)/\(id)" }
}
