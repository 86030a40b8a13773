import Jobs
import Methods
import Segmentation
import Testing
import Torch

/// Tests the memory of a training step, as the allocator counts it.
@Suite(.serialized) struct TrainingMemoryTests {
  private static let size = 160

  /// Returns the largest number of bytes in large blocks per pixel of a case, in a step of M3 with
  /// the default networks.
  private func bytesPerPixel(_ precision: TrainingPrecision) throws -> Double {
    var (job, blobs) = try smallJob(.m3, kind: .train)
    job.vmNet = VMNetParameters()
    job.prior = DeepImagePrior()
    job.preparation.size = Self.size
    job.precision = precision
    job.training.epochs = 1
    var most = 0
    _ = try run(job, with: blobs) { event in
      if case .progress = event { most = try TorchRuntime.peakMemory() }
      return .proceed
    }
    return Double(most) / Double(job.inputs.count * Self.size * Self.size)
  }

  /// Repeats the measurement until it exceeds `floor` and returns the largest value.
  ///
  /// The allocator counts for the whole process, and a job of another test that ends meanwhile resets
  /// its peak.
  private func bytesPerPixel(
    _ precision: TrainingPrecision, above floor: Double
  ) throws -> Double {
    var largest = 0.0
    for _ in 0..<20 where largest <= floor {
      largest = max(largest, try bytesPerPixel(precision))
    }
    return largest
  }

  /// Upper bounds of the bytes per pixel: the outputs of convolutions, kept once, temporary arrays,
  /// and weights and rounding, which do not grow with the image. At 512 x 512 a step that kept the
  /// inputs of all layers took twice as much.
  private static let bounds: [(precision: TrainingPrecision, bytes: Double)] =
    [(.float32, 3500)] + ((try? TorchRuntime.hasBFloat16()) == true ? [(.bfloat16, 2550)] : [])

  @Test("a step of M3 keeps the outputs of convolutions and little else", arguments: bounds)
  func keepsConvolutionOutputs(
    bound: (precision: TrainingPrecision, bytes: Double)
  ) throws {
    let found = try bytesPerPixel(bound.precision, above: bound.bytes / 2)
    #expect(found < bound.bytes)
    // A count that stayed at 0 would pass the first test.
    #expect(found > bound.bytes / 2)
  }
}
