/// The distance between neighbouring pixel centres, in millimetres.
public struct Spacing: Hashable, Sendable, Codable {
  /// The distance from one column to the next, in mm, > 0.
  public var x: Double
  /// The distance from one row to the next, in mm, > 0.
  public var y: Double

  /// A spacing of one millimetre in both directions, assumed for formats that carry none.
  public static let unit = Spacing(x: 1, y: 1)

  /// Creates a spacing from its components in millimetres, both > 0.
  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}
