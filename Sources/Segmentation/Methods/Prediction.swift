import Imaging
import Jobs
import Torch
import Variational

extension VMNet {
  /// Returns u_VM of a case; the DIP Net is not needed after training (paper, section 3).
  ///
  /// - Parameters:
  ///   - prepared: case of `size x size` pixels.
  ///   - geometric: geometric information with which the network was trained.
  ///   - rule: statistics by which the network normalises.
  ///   - device: device of the network.
  func predict(
    _ prepared: PreparedCase, geometric: GeometricInput, by rule: PredictionNormalisation,
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

/// The predictions of a network for one case, by different statistics and symmetries.
private struct Prediction {
  let network: VMNet
  let prepared: PreparedCase
  let geometric: GeometricInput
  let device: Device

  /// Returns u_VM, row-major, of the case under a symmetry, which is undone on the output.
  func u(_ mode: NormalisationMode, under symmetry: Symmetry = Symmetry()) throws -> [Float] {
    let size = prepared.image.width
    let channels = [prepared.image.pixels, geometric.values(of: prepared)]
    let input = channels.flatMap { symmetry.applied(to: $0, size: size) }
    let output = try withoutGradient {
      try network(Tensor.from(input, shape: [1, 2, size, size], on: device), mode: mode).floats()
    }
    return symmetry.undone(on: output, size: size)
  }

  /// Returns the one of six predictions whose segmentation has the least energy, equation (55).
  ///
  /// The six are those by each of both statistics and their mean, for the case itself and averaged
  /// over its symmetries. With few training images neither statistics suit every test image: the
  /// running ones belong to other images, and the network was not trained with the image's own.
  /// Here, as in training, the energy replaces the labels.
  func ofLeastEnergy() throws -> [Float] {
    let image = try Symmetry.all.map { try u(.batchOnly, under: $0) }
    let running = try Symmetry.all.map { try u(.running, under: $0) }
    // The first symmetry is the identity.
    let pairs = [(image[0], running[0]), (mean(of: image), mean(of: running))]
    let candidates = pairs.flatMap { [$0, $1, mean(of: [$0, $1])] }
    return candidates.min { energy(of: $0) < energy(of: $1) }!
  }

  private func mean(of all: [[Float]]) -> [Float] {
    all[0].indices.map { i in all.reduce(0) { $0 + $1[i] } / Float(all.count) }  // equation (54)
  }

  /// Returns the energy of the segmentation `{u > 1/2}`: equation (1) without its first term.
  private func energy(of u: [Float]) -> Double {
    // equation (55)
    zip(prepared.dataTerm.pixels, u).reduce(0) { $1.1 > 0.5 ? $0 + Double($1.0) : $0 }
  }
}
