/// A measurement of Dipper beside the programs that a user would run instead.
protocol Benchmark: Sendable {
  /// Name on the command line, for instance `step`.
  var name: String { get }
  /// The measured quantity and its peers in one line.
  var abstract: String { get }
  /// Measures, and passes each figure to `report` as soon as it is known.
  func measure(
    in environment: BenchmarkEnvironment, report: (Figure) throws -> Void) async throws
}

/// All benchmarks in the order of a full run.
let benchmarks: [any Benchmark] = [
  TrainingStep(), TrainingStepOnGPU(), TrainingMemory(), GeodesicSpeed(), TotalVariationSpeed(),
  ElasticaSpeed(), StartTime(), JobThroughput(), QueueAcceptance(), ResultThroughput(),
  HeartbeatDelay(), StreamingTax(), WholeExperiment(),
]
