/// The distance between neighbouring pixel centres, in millimetres.
public struct Spacing: Hashable, Sendable, Codable {
  /// Along a row, from one column to the next; mm, > 0.
  public var x: Double
  /// Down a column, from one row to the next; mm, > 0.
  public var y: Double

  /// One millimetre in both directions: what is assumed where a format carries no spacing.
  public static let unit = Spacing(x: 1, y: 1)

  /// - Parameters: `x`, `y`: millimetres, > 0.
  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}
