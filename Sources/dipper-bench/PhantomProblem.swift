import Foundation
import Imaging
import Jobs
import Segmentation
import Variational

/// A noisy phantom, prepared as input for the solvers of the energy.
struct PhantomProblem {
  let prepared: PreparedCase
  /// Right-hand side of the eikonal equation, row by row.
  let slope: [Double]
  /// Number of rows and of columns.
  let size: Int

  init(size: Int) throws {
    let phantom = try Phantom.chest(size: size, noise: 0.05, seed: 1)
    let energy = EnergyParameters()
    var preparation = Preparation()
    preparation.size = size
    prepared = try PreparedCase(
      image: phantom.image.encodedNIfTI(compressed: false), markers: phantom.markers.encoded(),
      name: "phantom", preparation: preparation, energy: energy)
    slope = prepared.image.squaredGradient().map { energy.epsilon + energy.beta * $0 }
    self.size = size
  }

  /// Writes slope (float64), marker mask (a byte per pixel) and data term (float32) for a peer.
  ///
  /// - Returns: the arguments by which the peer finds the files.
  func write(to folder: URL) throws -> [String] {
    let file = folder.appending(path: "field-\(size)")
    try slope.withUnsafeBytes { try Data($0).write(to: file.appendingPathExtension("slope")) }
    try Data(prepared.markers.pixels.map { $0 ? 1 : 0 }).write(
      to: file.appendingPathExtension("markers"))
    try prepared.dataTerm.pixels.withUnsafeBytes {
      try Data($0).write(to: file.appendingPathExtension("data"))
    }
    return [file.path, "\(size)"]
  }
}
