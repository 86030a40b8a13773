import Errors
import Foundation
import Imaging
import Jobs
import Torch
import Variational

/// Everything on which the bits of this process's results depend, for comparison with other
/// workers.
public enum NumericsFingerprint {
  /// Returns the entries of the fingerprint by name.
  ///
  /// - `libtorch`: version of the library.
  /// - `instructions`: instruction set for which its kernels were chosen.
  /// - `threads`: number of threads within an operation, unless a job asks for more.
  /// - `mode`: a `NumericMode`.
  /// - `bfloat16`: `true` if the processor's instructions for bfloat16 are used, otherwise `false`.
  /// - `probe`: digest of a small network's results on the processor, which reveals differences
  ///   that the other entries do not show.
  /// - `cuda`: names of the machine's GPUs, if it has usable ones.
  ///
  /// The call takes milliseconds, or about a second with GPUs, and sets the library's threads to
  /// one. Call it before the process computes anything.
  ///
  /// - Throws: `DipperError` of code `computationFailed`.
  public static func entries() throws -> [String: String] {
    // A job that asks for a GPU reports why there is none.
    let gpus = PortableNumerics.mode == .native ? try? AvailableGPUs.names() : nil
    do {
      return try TorchRuntime.configured(threads: Numerics().threads) {
        let library = try TorchRuntime.libraryProperties()
        var entries = [
          "libtorch": library.version, "instructions": library.instructionSet,
          "threads": String(library.threads), "mode": PortableNumerics.mode.rawValue,
          "bfloat16": String(try usesBFloat16()),
          "probe": try probe().short,
        ]
        entries["cuda"] = gpus?.joined(separator: ", ")
        return entries
      }
    } catch let error as DipperError where error.domain == .torch {
      throw DipperError(.computationFailed, "LibTorch does not work here", cause: error)
    }
  }

  /// Returns true if instructions for bfloat16 are used. Portable numerics use none, so that
  /// processors with and without them agree.
  private static func usesBFloat16() throws -> Bool {
    try PortableNumerics.mode == .native && TorchRuntime.hasBFloat16()
  }

  /// Returns the digest of a VM Net's outputs, of gradients through all of it and a square root,
  /// and of a Gaussian. These computations take different paths on different processors. The
  /// network is wide enough for all kinds of convolution.
  static func probe() throws -> Digest {
    let draws = InitialWeights(seed: 1)
    var shape = VMNetParameters()
    shape.width = 16
    shape.depth = 2
    let network = try VMNet(shape, weights: draws, on: .cpu)
    let input = try Tensor.from(draws.next(2 * 32 * 32, bound: 1), shape: [1, 2, 32, 32])
    var numbers: [Float] = []
    for precision in [Precision.float32, .bfloat16] {
      let output = try network(input, mode: .batchOnly, precision: precision)
      try (output * output).affine(scale: 1, shift: 1e-8).squareRoot().mean().backward()
      numbers += try output.floats() + network.parameters[0].tensor.gradient().floats()
    }
    numbers +=
      Image(width: 32, height: 32, pixels: Array(numbers[..<1024])).smoothed(sigma: 1.5)
      .pixels
    return numbers.withUnsafeBytes { Digest(of: Data($0)) }
  }
}
