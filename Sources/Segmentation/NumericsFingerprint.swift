import Errors
import Foundation
import Imaging
import Jobs
import Torch
import Variational

/// What the bits of this process's results depend on, for the coordinator to compare.
public enum NumericsFingerprint {
  /// `libtorch`: the library's version; `instructions`: the set its kernels were chosen for;
  /// `threads`: within one operation, unless a job asks for more; `mode`: a `NumericMode`;
  /// `bfloat16`: whether instructions of the processor for it are used, `true` or `false`; `probe`: the
  /// digest of what a small network computes on the processor, which tells apart whatever the others do
  /// not;
  /// `cuda`: the names of the machine's GPUs, where it has some and they can be used.
  ///
  /// Takes milliseconds, or a second or so where there are GPUs; sets the library's threads to one.
  /// To be called before anything has computed.
  ///
  /// - Throws: `DipperError` of code `computationFailed`.
  public static func entries() throws -> [String: String] {
    // Why there are none is for the job to say that asks for one.
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

  /// Portable bits come of no such instructions, so that processors with and without them agree.
  private static func usesBFloat16() throws -> Bool {
    try PortableNumerics.mode == .native && TorchRuntime.hasBFloat16()
  }

  /// The digest of a VM Net's outputs, of gradients through all of it and a square root, and of a
  /// Gaussian: whatever takes another path on another processor. The net is wide enough for all kinds
  /// of convolution.
  static func probe() throws -> Digest {
    let draws = InitialWeights(seed: 1)
    var shape = VMNetParameters()
    shape.width = 16
    shape.depth = 2
    let network = try VMNet(shape, draws, on: .cpu)
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
