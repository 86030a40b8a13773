import Experiments
import Foundation
import Imaging
import Torch
import Variational

/// What the bits of this process's results depend on, for the coordinator to compare.
public enum NumericPassport {
  /// `libtorch`: the library's version; `instructions`: the set its kernels were chosen for;
  /// `threads`: within one operation, unless a job asks for more; `mode`: a `NumericMode`;
  /// `precision`: a `TrainingPrecision`, of fits that name none; `probe`: the digest of what a small
  /// network computes in it on the processor, which tells apart whatever the others do not; `cuda`:
  /// the names of the machine's cards, where it has some and they can be used.
  ///
  /// Takes milliseconds, or a second or so where there are cards; sets the library's threads to one.
  /// To be called before anything has computed.
  ///
  /// - Throws: `SegmentationError` of code `numerics`.
  public static func entries() throws -> [String: String] {
    // Why there are none is for the job to say that asks for one.
    let cards = PortableNumerics.mode == .native ? try? Cards.names() : nil
    do {
      return try TorchRuntime.configured(threads: Numerics().threads) {
        let report = try TorchRuntime.report()
        var entries = [
          "libtorch": report.version, "instructions": report.instructionSet,
          "threads": String(report.threads), "mode": PortableNumerics.mode.rawValue,
          "precision": try Numerics().trainingPrecision(of: .fit).rawValue,
          "probe": try probe().short,
        ]
        entries["cuda"] = cards?.joined(separator: ", ")
        return entries
      }
    } catch let error as TorchError {
      throw SegmentationError(.numerics, "LibTorch does not work here", cause: error)
    }
  }

  /// The digest of a VM Net's output, of a gradient through all of it and a square root, and of a
  /// Gaussian: whatever takes another path on another processor.
  static func probe() throws -> Digest {
    let draws = InitialWeights(seed: 1)
    var shape = NetworkParameters()
    (shape.vmWidth, shape.vmDepth) = (8, 2)
    let network = try VMNet(shape, draws, on: .cpu)
    let input = try Tensor.from(draws.next(2 * 32 * 32, bound: 1), shape: [1, 2, 32, 32])
    let output = try network(
      input, mode: .batchOnly, precision: Numerics().trainingPrecision(of: .fit))
    try (output * output).affine(scale: 1, shift: 1e-8).squareRoot().mean().backward()
    let gradient = try network.parameters[0].tensor.gradient()
    let smooth = Image(width: 32, height: 32, pixels: Array(try output.floats()[..<1024]))
      .smoothed(sigma: 1.5).pixels
    let numbers = try output.floats() + gradient.floats() + smooth
    return numbers.withUnsafeBytes { Digest(of: Data($0)) }
  }
}
