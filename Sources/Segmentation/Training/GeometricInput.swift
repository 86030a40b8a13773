import Imaging
import Jobs
import Variational

/// The geometric information G of the paper (section 3), which the VM Net gets beside the image.
package enum GeometricInput: Hashable, Sendable {
  /// Marker mask M of the case.
  case markers
  /// Geodesic distance D_G from the marker mask.
  case distance
  /// Distance `min(1, slope D_G)`, equation (39).
  case clippedDistance(slope: Double)

  /// Makes the input that a job names, with the slope that its energy gives to a clipped distance.
  init(_ input: GeometryInput, energy: EnergyParameters) {
    switch input {
    case .markers: self = .markers
    case .distance: self = .distance
    case .clippedDistance:
      // No pixel with theta D_G >= lambda is inside, because Phi >= -1; see equation (39).
      self = .clippedDistance(slope: energy.theta / max(energy.lambda, 1e-9))
    }
  }

  /// Returns G of a case, row-major, in `[0, 1]`.
  func values(of prepared: PreparedCase) -> [Float] {
    switch self {
    case .markers: prepared.markers.pixels.map { $0 ? 1 : 0 }
    case .distance: prepared.distance.pixels
    case .clippedDistance(let slope):
      prepared.distance.pixels.map { min(1, Float(slope) * $0) }  // equation (39)
    }
  }

  /// True for the distance, clipped or not.
  var isDistance: Bool { self != .markers }
}

extension GeometricInput: LosslessStringConvertible {
  private static let clipped = "clipped-distance:"

  /// Text in a weights file: `markers`, `distance` or `clipped-distance:SLOPE`.
  package var description: String {
    switch self {
    case .markers: "markers"
    case .distance: "distance"
    case .clippedDistance(let slope): Self.clipped + "\(slope)"
    }
  }

  /// Parses a description; nil if the text is not one.
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
