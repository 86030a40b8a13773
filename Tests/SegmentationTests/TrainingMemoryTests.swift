import Jobs
import Methods
import Segmentation
import Testing
import Torch

/// What a step of training takes, counted where it is asked for and not measured.
@Suite(.serialized) struct TrainingMemoryTests {
  private static let size = 160

  /// The most bytes in large blocks at once, for each pixel of each case, in a step of M3 with the
  /// networks of the defaults.
  private func bytesPerPixel(_ precision: TrainingPrecision) throws -> Double {
    var (job, blobs) = try smallJob(.m3, .train)
    job.vmNet = VMNetParameters()
    job.prior = DeepImagePrior()
    job.preparation.size = Self.size
    job.precision = precision
    job.training.epochs = 1
    var most = 0
    _ = try run(job, blobs) { event in
      if case .progress = event { most = try TorchRuntime.peakMemory() }
      return .proceed
    }
    return Double(most) / Double(job.inputs.count * Self.size * Self.size)
  }

  /// Of what convolutions give, kept once, of what is at work beside it, and of weights and rounding,
  /// which do not grow with the image. At 512 x 512 a step that kept all inputs of layers took twice as much.
  private static let bounds: [(precision: TrainingPrecision, bytes: Double)] =
    [(.float32, 3500)] + ((try? TorchRuntime.hasBFloat16()) == true ? [(.bfloat16, 2550)] : [])

  @Test(arguments: bounds)
  func aStepOfM3KeepsWhatItsConvolutionsGive(
    bound: (precision: TrainingPrecision, bytes: Double)
  ) throws {
    let found = try bytesPerPixel(bound.precision)
    #expect(found < bound.bytes)
    // It counts at all.
    #expect(found > bound.bytes / 2)
  }
}
