/// The unit of a length in an image.
public enum LengthUnit: String, Hashable, Sendable, Codable {
  /// A millimetre of the patient.
  case millimetre = "mm"
  /// The distance between pixels of an image whose file does not say how large they are.
  case pixel = "px"
}

/// The distance between neighbouring pixel centres.
public struct Spacing: Hashable, Sendable, Codable {
  /// The distance from one column to the next, > 0.
  public var x: Double
  /// The distance from one row to the next, > 0.
  public var y: Double
  /// The unit of both distances.
  public var unit: LengthUnit

  /// The spacing of an image whose file gives none: one pixel in both directions.
  public static let unknown = Spacing(x: 1, y: 1, unit: .pixel)

  /// Creates a spacing from its components, both > 0.
  public init(x: Double, y: Double, unit: LengthUnit = .millimetre) {
    self.x = x
    self.y = y
    self.unit = unit
  }

  /// Returns the spacing of a grid whose columns and rows are farther apart by these factors, > 0.
  func scaled(x columns: Double, y rows: Double) -> Spacing {
    Spacing(x: x * columns, y: y * rows, unit: unit)
  }
}
