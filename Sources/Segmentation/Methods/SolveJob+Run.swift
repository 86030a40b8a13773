import Errors
import Foundation
import Imaging
import Jobs
import Methods
import Variational

extension SolveJob {
  /// Minimises the energy for a case by the solver of the job's method.
  ///
  /// A solver takes seconds and has no randomness, so there are no checkpoints.
  ///
  /// - Parameters:
  ///   - now: The present time on a monotonic clock.
  ///   - emit: Receives the progress; every answer but `proceed` stops the solver.
  /// - Throws: `DipperError` of code `methodUnknown`, `parametersUnknown` or `jobStopped`, or an
  ///   error of `emit`.
  func run(
    on prepared: PreparedCase, now: () -> Duration, emit: (JobEvent) throws -> Control
  ) throws -> JobProducts {
    guard let type = MethodCatalogue[basis.method]?.solver else {
      throw DipperError(
        .methodUnknown,
        "this release has no solver \(basis.method); start the same release of dipper on all machines"
      )
    }
    let start = now()
    let solver = try type.solver(parameters)
    var isStopped = false
    let solution = try solver.solve(prepared) { progress in
      isStopped = try emit(.progress(progress)) != .proceed
      return !isStopped
    }
    guard !isStopped else { throw DipperError(.jobStopped, "stopped while solving") }
    let bytes = try prepared.mask(from: solution.u).encodedPNG()
    return JobProducts(
      products: [JobProduct(role: .mask(case: 0), bytes: bytes, duration: now() - start)],
      metrics: solution.metrics)
  }
}
