import Foundation
import Jobs
import Methods
import Segmentation
import Worker

/// Measures a training step at 192 x 192 with one thread beside PyTorch eager with plain modules.
///
/// Dipper's time is that from one progress report to the next, including everything that a job does
/// in between. A step of PyTorch follows each of Dipper's. The figures are medians.
struct TrainingStep: Benchmark {
  let name = "step"
  let abstract = "a training step at 192 x 192, beside PyTorch eager"

  func measure(
    in environment: BenchmarkEnvironment, report: (Figure) throws -> Void
  ) throws {
    // bfloat16 is measured only on processors with instructions for it.
    let hasBFloat16 = try NumericsFingerprint.entries()["bfloat16"] == "true"
    let comparison = StepComparison(
      environment: environment, device: nil,
      precisions: hasBFloat16 ? [.float32, .bfloat16] : [.float32], warmUp: 2, count: 9)
    try comparison.measureAllMethods(report: report)
  }
}

/// Measures the same steps on a GPU, and for DIP also a step of eight fits in one job.
///
/// On a GPU PyTorch rounds the factors of convolutions to 11 bits by default, like Dipper's
/// tfloat32 and unlike its float32.
struct TrainingStepOnGPU: Benchmark {
  let name = "step-cuda"
  let abstract = "a training step at 192 x 192 on a GPU, beside PyTorch eager; needs a GPU"

  func measure(
    in environment: BenchmarkEnvironment, report: (Figure) throws -> Void
  ) throws {
    do { _ = try AvailableGPUs.names() } catch {
      return FileHandle.standardError.write(Data("dipper-bench: step-cuda: \(error)\n".utf8))
    }
    // The first steps run before the graph is replayed, so they are not counted.
    let comparison = StepComparison(
      environment: environment, device: CUDADevice("cuda"),
      precisions: TrainingPrecision.allCases, warmUp: 10, count: 50)
    try comparison.measureAllMethods(report: report)
    try comparison.measure(.deepImagePrior, fits: 8, report: report)
  }
}

/// Steps of the methods that train a network, measured alternately with those of the peer.
private struct StepComparison {
  let environment: BenchmarkEnvironment
  /// GPU to compute on; nil for the processor.
  let device: CUDADevice?
  let precisions: [TrainingPrecision]
  /// Number of steps at the start that are not counted.
  let warmUp: Int
  /// Number of counted steps.
  let count: Int

  func measureAllMethods(report: (Figure) throws -> Void) throws {
    for method in [Method.m1, .m2, .m3, .m4, .deepImagePrior] {
      try measure(method, report: report)
    }
  }

  /// - Parameter fits: number of fits side by side in one job of Dipper; the figure is per fit.
  func measure(_ method: Method, fits: Int = 1, report: (Figure) throws -> Void) throws {
    let arguments = [method.rawValue, "192", device == nil ? "cpu" : "cuda"]
    let peer = try environment.peer("training.py", arguments: arguments)
    for precision in precisions {
      let sample = try PhantomJob(
        method, size: 192, epochs: warmUp + count + 1, precision: precision, device: device,
        fits: fits)
      let times = try alternate(sample, with: peer)
      let name = figureName(method, precision: precision, fits: fits)
      try report(
        Figure(
          name, ours: times.medians.ours / fits, theirs: times.medians.theirs, in: .milliseconds,
          detail: fits > 1 ? " a fit" : "", peer: "PyTorch eager float32, median of \(count)"))
    }
  }

  private func figureName(_ method: Method, precision: TrainingPrecision, fits: Int) -> String {
    let parts = [
      "step", method.rawValue, fits > 1 ? "of-\(fits)" : nil, precision.rawValue,
      device == nil ? nil : "cuda",
    ]
    return parts.compactMap(\.self).joined(separator: "-")
  }

  private func alternate(_ sample: PhantomJob, with peer: Peer) throws -> PairedTimes {
    var times = PairedTimes()
    var start = uptime()
    _ = try SegmentationCore.run(
      sample.job, blobs: JobBlobs(inputs: sample.inputs), from: nil, now: { .zero }
    ) { event in
      guard case .progress(let progress) = event else { return .proceed }
      let ours = uptime() - start
      let theirs = try peer.time()
      if progress.step > warmUp + 1 { times.append(ours: ours, theirs: theirs) }
      start = uptime()
      return .proceed
    }
    return times
  }
}
