import Imaging
import Jobs
import Variational

/// What the VM Net is told of the markers: the geometric information G of the paper (section 3).
package enum GeometricInput: Hashable, Sendable {
  /// The marker polygon's mask M.
  case markers
  /// The geodesic distance D_G.
  case distance
  /// `min(1, slope D_G)`.
  case clippedDistance(slope: Double)

  /// The input that a job names, with the slope that its energy gives to a clipped distance.
  init(_ input: GeometryInput, energy: EnergyParameters) {
    switch input {
    case .markers: self = .markers
    case .distance: self = .distance
    case .clippedDistance:
      // Phi >= -1, so from lambda Phi + theta D_G = 0 on no pixel can be inside.
      self = .clippedDistance(slope: energy.theta / max(energy.lambda, 1e-9))
    }
  }

  /// G of a case, row-major.
  func values(of prepared: PreparedCase) -> [Float] {
    switch self {
    case .markers: prepared.markers.pixels.map { $0 ? 1 : 0 }
    case .distance: prepared.distance.pixels
    case .clippedDistance(let slope): prepared.distance.pixels.map { min(1, Float(slope) * $0) }
    }
  }

  /// Whether it is the distance, of whatever scale.
  var isDistance: Bool { self != .markers }
}

extension GeometricInput: LosslessStringConvertible {
  private static let clipped = "clipped-distance:"

  /// `markers`, `distance` or `clipped-distance:SLOPE`.
  package var description: String {
    switch self {
    case .markers: "markers"
    case .distance: "distance"
    case .clippedDistance(let slope): Self.clipped + "\(slope)"
    }
  }

  /// From its description, or nil.
  package init?(_ description: String) {
    switch description {
    case "markers": self = .markers
    case "distance": self = .distance
    default:
      guard description.hasPrefix(Self.clipped),
        let slope = Double(description.dropFirst(Self.clipped.count)), slope >= 0, slope.isFinite
      else { return nil }
      self = .clippedDistance(slope: slope)
    }
  }
}
