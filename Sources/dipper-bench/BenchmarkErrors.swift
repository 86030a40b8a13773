import Errors

extension DipperError.Domain {
  /// Errors of the benchmarks and their peers.
  static let benchmarks = Self("benchmarks")
}

extension DipperError.Code {
  /// A benchmark could not be carried out: a peer or a job failed.
  static let benchmarkFailed = Self(.benchmarks, name: "benchmark-failed")
}
