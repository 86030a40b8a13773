/// The size and position of a volume's voxels in the patient, as far as its file gives them.
///
/// World coordinates are those of NIfTI: millimetres towards the patient's right, front and head.
public struct Geometry: Hashable, Sendable {
  /// The distances between neighbouring voxels along the three raw axes, in mm, each > 0; nil if the
  /// file does not give them.
  public var spacing: SIMD3<Double>?
  /// The unit vectors along the three raw axes, in world coordinates; nil if the file does not give
  /// them. They need not be orthogonal.
  public var directions: [SIMD3<Double>]?
  /// The centre of the first voxel, in mm of world coordinates; nil if the file does not give it.
  public var origin: SIMD3<Double>?

  /// The geometry of a file that says nothing, such as a PNG file.
  public static let unknown = Geometry()

  /// Creates a geometry; what is nil is unknown.
  public init(
    spacing: SIMD3<Double>? = nil, directions: [SIMD3<Double>]? = nil, origin: SIMD3<Double>? = nil
  ) {
    self.spacing = spacing
    self.directions = directions
    self.origin = origin
  }

  /// Creates the geometry of a placed volume.
  ///
  /// - Parameters:
  ///   - steps: the vectors from a voxel to the next along each raw axis, in mm, none of them zero.
  ///   - origin: the centre of the first voxel, in mm.
  public init(steps: [SIMD3<Double>], origin: SIMD3<Double>) {
    let lengths = steps.map(\.norm)
    spacing = SIMD3(lengths[0], lengths[1], lengths[2])
    directions = zip(steps, lengths).map { $0 / $1 }
    self.origin = origin
  }

  /// Tells whether the file says where every voxel lies in the patient.
  public var isPlaced: Bool { spacing != nil && directions != nil && origin != nil }

  /// Returns spacings if all of them lie between 1 nm and 1 m, and nil otherwise, because a header
  /// with other numbers says nothing.
  public static func plausible(spacing: SIMD3<Double>) -> SIMD3<Double>? {
    (0..<3).allSatisfy { plausibleLengths.contains(spacing[$0]) } ? spacing : nil
  }

  /// Tells whether the axes of a header can be those of a scan: steps of 1 nm to 1 m in three
  /// independent directions, from an origin within 1 km.
  public static func isPlausible(steps: [SIMD3<Double>], origin: SIMD3<Double>) -> Bool {
    guard steps.count == 3, steps.allSatisfy({ plausibleLengths.contains($0.norm) }),
      origin.norm < 1e6
    else { return false }
    let units = steps.map { $0 / $0.norm }
    return abs((units[0] * units[1].cross(units[2])).sum()) > 1e-3
  }
}

/// The distances in mm that voxels of a scan can have.
private let plausibleLengths = 1e-6...1e3

extension SIMD3<Double> {
  /// Returns the cross product with another vector.
  package func cross(_ other: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(
      y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
  }

  /// The Euclidean length of the vector.
  package var norm: Double { (self * self).sum().squareRoot() }
}
