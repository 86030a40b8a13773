/// The mapping of an image's intensities to `[0, 1]`.
public enum IntensityWindow: Hashable, Sendable, Codable {
  /// Maps the smallest value to 0 and the largest to 1.
  case minmax
  /// Maps `low` and below to 0 and `high` and above to 1, linearly between, in the image's own
  /// units.
  case range(low: Double, high: Double)
}

/// The mapping of a file's image and markers to the computing grid.
public struct Preparation: Hashable, Sendable, Codable {
  /// The intensity window, applied to the whole image before the region of interest is cut out.
  public var window: IntensityWindow = .minmax
  /// The side of the square region of interest as a multiple of the markers' extent, more than 1;
  /// nil keeps the whole image. Intensities inside the region are min-max normalised again.
  public var regionOfInterest: Double?
  /// The side of the square computing grid in pixels, a multiple of 32.
  public var size: Int = 192

  /// Creates the default preparation: min-max window, whole image, 192 x 192 pixels.
  public init() {}
}
