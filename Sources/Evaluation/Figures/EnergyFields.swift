import Imaging

/// What the energy sees of a case, on the computing grid.
///
/// As JSON: the region, the side of the grid and the values of each field, row-major.
public struct EnergyFields: Hashable, Sendable, Codable {
  /// Where the grid lies in the image.
  public let region: RegionOfInterest
  private let size: Int
  private let distanceValues: [Float]
  private let dataTermValues: [Float]

  /// Fields on one square grid over `region`.
  ///
  /// - Parameters:
  ///   - distance: the geodesic distance D_G in `[0, 1]`.
  ///   - dataTerm: `r = lambda Phi + theta D_G` of the paper's (1).
  /// - Precondition: both are of `size x size` pixels.
  public init(region: RegionOfInterest, distance: Image, dataTerm: Image) {
    size = distance.width
    for field in [distance, dataTerm] {
      precondition(field.width == size && field.height == size, "the fields share a square grid")
    }
    self.region = region
    (distanceValues, dataTermValues) = (distance.pixels, dataTerm.pixels)
  }

  /// The geodesic distance D_G in `[0, 1]`.
  public var distance: Image { Image(width: size, height: size, pixels: distanceValues) }

  /// The data term r.
  public var dataTerm: Image { Image(width: size, height: size, pixels: dataTermValues) }

  /// Reads what `encode(to:)` wrote.
  ///
  /// - Throws: `DecodingError`, also where the sizes do not agree.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    region = try container.decode(RegionOfInterest.self, forKey: .region)
    size = try container.decode(Int.self, forKey: .size)
    distanceValues = try container.decode([Float].self, forKey: .distanceValues)
    dataTermValues = try container.decode([Float].self, forKey: .dataTermValues)
    guard (1...4096).contains(size), region.side > 0,
      [distanceValues.count, dataTermValues.count] == [size * size, size * size]
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .size, in: container, debugDescription: "the fields are not of one square grid")
    }
  }

  private enum CodingKeys: String, CodingKey {
    case region, size
    case distanceValues = "distance"
    case dataTermValues = "dataTerm"
  }
}
