import Errors
import Foundation
import Imaging
import Jobs
import Variational

/// Carries out a `solve` job: one image, no randomness, seconds long, so without checkpoints.
///
/// - Parameter solve: from r to u and the last metrics; tells the reporter how far it is.
/// - Throws: `DipperError` of code `jobInvalid` or `jobStopped`; whatever `emit` throws.
func solveOneImage(
  _ job: Job, _ cases: [PreparedCase], now: () -> Double, emit: (JobEvent) throws -> Control,
  solve: (Image, SolverReporter) throws -> (Image, [String: Double])
) throws -> JobProducts {
  guard job.kind == .solve, cases.count == 1 else {
    throw DipperError(.jobInvalid, "\(job.method.rawValue) solves one image at a time")
  }
  let start = now()
  let (u, metrics) = try withoutActuallyEscaping(emit) { emit in
    let reporter = SolverReporter(emit: emit)
    let solution = try solve(cases[0].dataTerm, reporter)
    guard !reporter.isStopped else {
      throw DipperError(.jobStopped, "stopped while solving")
    }
    return solution
  }
  let bytes = try cases[0].mask(from: u).encodedPNG()
  return JobProducts(
    products: [JobProduct(role: .mask(case: 0), bytes: bytes, seconds: now() - start)],
    metrics: metrics)
}

/// Passes a solver's progress on and remembers whether it was told to stop.
final class SolverReporter {
  private let emit: (JobEvent) throws -> Control
  /// Whether an answer was other than `proceed`.
  private(set) var isStopped = false

  init(emit: @escaping (JobEvent) throws -> Control) { self.emit = emit }

  /// Reports a step; false means stop.
  func report(_ step: Int, of total: Int, _ metrics: [String: Double]) throws -> Bool {
    let progress = JobProgress(step: step, total: total, metrics: metrics)
    isStopped = try emit(.progress(progress)) != .proceed
    return !isStopped
  }
}
