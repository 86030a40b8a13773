import Imaging
import Jobs
import Torch
import Variational

extension VMNet {
  /// u_VM of one case by itself: the DIP Net is no longer needed (paper, section 3).
  ///
  /// - Parameter device: where the network is.
  func predict(
    _ prepared: PreparedCase, _ geometric: GeometricInput, by rule: PredictionNormalisation,
    on device: Device = .cpu
  ) throws -> Image {
    let prediction = Prediction(
      network: self, prepared: prepared, geometric: geometric, device: device)
    let u =
      switch rule {
      case .running: try prediction.u(.running)
      case .image: try prediction.u(.batchOnly)
      case .leastEnergy: try prediction.ofLeastEnergy()
      }
    return Image(width: prepared.image.width, height: prepared.image.width, pixels: u)
  }
}

/// What a network makes of one case, in different ways.
private struct Prediction {
  let network: VMNet
  let prepared: PreparedCase
  let geometric: GeometricInput
  let device: Device

  /// u_VM, row-major, of the case as `symmetry` shows it, turned back.
  func u(_ mode: NormalisationMode, under symmetry: Symmetry = Symmetry()) throws -> [Float] {
    let size = prepared.image.width
    let planes = [prepared.image.pixels, geometric.values(of: prepared)]
    let input = planes.flatMap { symmetry.applied(to: $0, size: size) }
    let seen = try withoutGradient {
      try network(Tensor.from(input, shape: [1, 2, size, size], on: device), mode: mode).floats()
    }
    return symmetry.undone(on: seen, size: size)
  }

  /// Of six predictions the one whose segmentation has the least energy: both statistics and their mean,
  /// of the case as it is and averaged over its symmetries.
  ///
  /// With a few training images neither statistics are right for every test image: the running ones are
  /// those of other images, the image's own were not the training's. The energy, which stood in for
  /// labels in training, stands in for them here as well.
  func ofLeastEnergy() throws -> [Float] {
    let image = try Symmetry.all.map { try u(.batchOnly, under: $0) }
    let running = try Symmetry.all.map { try u(.running, under: $0) }
    // The first symmetry leaves the case as it is.
    let pairs = [(image[0], running[0]), (mean(image), mean(running))]
    let candidates = pairs.flatMap { [$0, $1, mean([$0, $1])] }
    return candidates.min { energy(of: $0) < energy(of: $1) }!
  }

  private func mean(_ all: [[Float]]) -> [Float] {
    all[0].indices.map { place in all.reduce(0) { $0 + $1[place] } / Float(all.count) }
  }

  /// `INT (lambda Phi + theta D_G)` over `{u > 1/2}`: (1) without its first term.
  private func energy(of u: [Float]) -> Double {
    zip(prepared.dataTerm.pixels, u).reduce(0) { $1.1 > 0.5 ? $0 + Double($1.0) : $0 }
  }
}
