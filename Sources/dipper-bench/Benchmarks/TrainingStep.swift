import Experiments
import Segmentation

/// A step of training at 192 x 192 with one thread, beside PyTorch eager with plain modules.
///
/// Ours is the time from one report of progress to the next, with all that a job does in between; a
/// step of PyTorch's follows each. Medians.
struct TrainingStep: Benchmark {
  let name = "step"
  let abstract = "a training step at 192 x 192, beside PyTorch eager"
  private let warmUp = 2
  private let count = 9

  func measure(_ place: Place, report: (Figure) throws -> Void) throws {
    for method in [Method.m1, .m2, .m3, .m4, .deepImagePrior] {
      for precision in try precisions() {
        let peer = try place.peer("training.py", [method.rawValue, "192"])
        let (ours, theirs) = try alternate(method, precision, peer)
        try report(
          Figure(
            "step-\(method.rawValue)-\(precision.rawValue)", 1000 * median(ours),
            "ms",
            peer: "PyTorch eager float32, median of \(count)", 1000 * median(theirs)))
      }
    }
  }

  /// Those that this processor has instructions for.
  private func precisions() throws -> [TrainingPrecision] {
    let fastest = try NumericPassport.entries()["precision"]
    return fastest == TrainingPrecision.bfloat16.rawValue ? [.float32, .bfloat16] : [.float32]
  }

  private func alternate(
    _ method: Method, _ precision: TrainingPrecision, _ peer: Peer
  ) throws -> (ours: [Double], theirs: [Double]) {
    let sample = try SampleJob(method, size: 192, epochs: warmUp + count + 1, precision: precision)
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
