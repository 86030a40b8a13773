import Experiments
import Segmentation
import Testing
import Torch

/// What a step of training keeps, counted: nothing of it depends on the machine.
@Suite(.serialized) struct TrainingMemoryTests {
  /// The most bytes in large blocks at once, for each pixel of each case, after `steps` of a method with
  /// the networks of the defaults.
  private func bytesPerPixel(
    _ method: Method, _ kind: JobKind, cases: Int, size: Int, precision: TrainingPrecision
  ) throws -> Double {
    var (job, blobs) = try smallJob(method, kind, cases: cases)
    (job.network, job.preparation.size) = (NetworkParameters(), size)
    job.numerics.precision = precision
    job.training?.epochs = 1
    var most = 0
    _ = try run(job, blobs) { event in
      if case .progress = event { most = try TorchRuntime.mostMemory() }
      return .proceed
    }
    return Double(most) / Double(cases * size * size)
  }

  /// What convolutions give, once, what is at work beside it, and little more. All that the layers give
  /// would be 4900 bytes.
  @Test(arguments: [(TrainingPrecision.float32, 1000.0), (.bfloat16, 500)])
  func aStepOfM3KeepsWhatItsConvolutionsGive(precision: TrainingPrecision, bound: Double) throws {
    let found = try bytesPerPixel(.m3, .train, cases: 2, size: 160, precision: precision)
    #expect(found < bound)
    // It counts at all.
    #expect(found > bound / 2)
  }
}
