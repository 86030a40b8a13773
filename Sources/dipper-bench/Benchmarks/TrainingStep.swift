import Foundation
import Jobs
import Methods
import Segmentation

/// A step of training at 192 x 192 with one thread, beside PyTorch eager with plain modules.
///
/// Ours is the time from one report of progress to the next, with all that a job does in between; a
/// step of PyTorch's follows each. Medians.
struct TrainingStep: Benchmark {
  let name = "step"
  let abstract = "a training step at 192 x 192, beside PyTorch eager"

  func measure(_ place: Place, report: (Figure) throws -> Void) throws {
    // Those that this processor has instructions for.
    let hasBFloat16 = try NumericsFingerprint.entries()["bfloat16"] == "true"
    let precisions: [TrainingPrecision] = hasBFloat16 ? [.float32, .bfloat16] : [.float32]
    try StepComparison(device: nil, warmUp: 2, count: 9).measure(precisions, place, report)
  }
}

/// The same on a GPU; of DIP also a step of eight fits in one job, for each of them. PyTorch's default
/// rounds the factors of convolutions to 11 bits there, which tfloat32 is and float32 is not.
struct TrainingStepOnGPU: Benchmark {
  let name = "step-cuda"
  let abstract = "a training step at 192 x 192 on a GPU, beside PyTorch eager; needs a GPU"

  func measure(_ place: Place, report: (Figure) throws -> Void) throws {
    do { _ = try AvailableGPUs.names() } catch {
      return FileHandle.standardError.write(Data("dipper-bench: step-cuda: \(error)\n".utf8))
    }
    // The first steps are recorded and not yet replayed.
    let comparison = StepComparison(device: CUDADevice("cuda"), warmUp: 10, count: 50)
    let precisions = TrainingPrecision.allCases
    try comparison.measure(precisions, place, report)
    try comparison.measure(.deepImagePrior, precisions, fits: 8, place, report)
  }
}

/// Steps of all methods that train a network, ours and the peer's in turns.
private struct StepComparison {
  let device: CUDADevice?
  /// Steps that are not counted, and steps that are.
  let warmUp: Int
  let count: Int

  func measure(
    _ precisions: [TrainingPrecision], _ place: Place, _ report: (Figure) throws -> Void
  ) throws {
    for method in [Method.m1, .m2, .m3, .m4, .deepImagePrior] {
      try measure(method, precisions, place, report)
    }
  }

  /// - Parameter fits: side by side in one job of ours; the figure is of one of them.
  func measure(
    _ method: Method, _ precisions: [TrainingPrecision], fits: Int = 1, _ place: Place,
    _ report: (Figure) throws -> Void
  ) throws {
    let arguments = [method.rawValue, "192", device == nil ? "cpu" : "cuda"]
    let peer = try place.peer("training.py", arguments)
    for precision in precisions {
      let (ours, theirs) = try alternate(method, precision, fits, peer)
      let parts = [
        "step", method.rawValue, fits > 1 ? "of-\(fits)" : nil, precision.rawValue,
        device == nil ? nil : "cuda",
      ]
      try report(
        Figure(
          parts.compactMap(\.self).joined(separator: "-"), 1000 * median(ours) / Double(fits),
          fits > 1 ? "ms a fit" : "ms",
          peer: "PyTorch eager float32, median of \(count)", 1000 * median(theirs)))
    }
  }

  private func alternate(
    _ method: Method, _ precision: TrainingPrecision, _ fits: Int, _ peer: Peer
  ) throws -> (ours: [Double], theirs: [Double]) {
    let sample = try SampleJob(
      method, size: 192, epochs: warmUp + count + 1, precision: precision, device: device,
      fits: fits)
    var (ours, theirs, start): ([Double], [Double], Double) = ([], [], 0)
    _ = try SegmentationCore.run(
      sample.job, blobs: JobBlobs(inputs: sample.inputs), from: nil, now: { 0 }
    ) { event in
      guard case .progress(let progress) = event else { return .proceed }
      let step = now() - start
      let other = try peer.seconds()
      if progress.step > warmUp + 1 {
        ours.append(step)
        theirs.append(other)
      }
      start = now()
      return .proceed
    }
    return (ours, theirs)
  }
}
