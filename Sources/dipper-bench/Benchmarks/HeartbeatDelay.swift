import Coordinator
import Errors
import Jobs
import Scheduling
import Synchronization
import Worker

/// Measures the delay until a worker's messages reach the coordinator's state machine, with and
/// without the transfer of a checkpoint of 50 MB from the same worker at that time.
///
/// Worker and coordinator are real, messages are encrypted, and the checkpoint is written to the
/// coordinator's disk.
struct HeartbeatDelay: Benchmark {
  let name = "heartbeat"
  let abstract = "how late a heartbeat is while a checkpoint of 50 MB is sent, beside none"

  func measure(
    in environment: BenchmarkEnvironment, report: (Figure) throws -> Void
  ) throws {
    let delays = HeartbeatDelays()
    let run = CoordinatedRun(
      name: "heartbeat", jobs: [.blank(0)], workload: .heartbeats, workers: 1, credit: 1)
    _ = try run.run(in: environment, display: delays)
    guard let idle = percentile(99, of: delays.idle), let busy = percentile(99, of: delays.busy)
    else { throw DipperError(.benchmarkFailed, "no heartbeat arrived") }
    try report(
      Figure(
        "heartbeat-busy", ours: busy, theirs: idle, in: .milliseconds,
        detail: " late, p99 of \(delays.busy.count)",
        peer: "the same worker in the same run with nothing to send"))
    try report(
      Figure(
        "heartbeat-difference", ours: busy - idle, theirs: .milliseconds(1), in: .milliseconds,
        detail: " later than with nothing to send, p99", peer: "target"))
  }

  /// Returns a percentile, or nil if there are no delays.
  private func percentile(_ share: Int, of delays: [Duration]) -> Duration? {
    let sorted = delays.sorted()
    return sorted.isEmpty ? nil : sorted[(sorted.count - 1) * share / 100]
  }
}

/// Collects the delays of heartbeats, those during the transfer of a checkpoint apart from the
/// others.
private final class HeartbeatDelays: ProgressDisplay {
  private struct Delays {
    var idle: [Duration] = []
    var busy: [Duration] = []
  }

  private let delays = Mutex(Delays())

  var idle: [Duration] { delays.withLock(\.idle) }
  var busy: [Duration] { delays.withLock(\.busy) }

  func notify(_ notification: UserNotification, in state: CoordinatorState) {
    guard case .progress(let attempt, let progress) = notification,
      let due = progress.metrics["due"],
      let checkpoint = progress.metrics["checkpoint"]
    else { return }
    let delay = uptime() - .seconds(due)
    let received = state.status(of: attempt.job)?.checkpoint?.step ?? 0
    delays.withLock { delays in
      if Double(received) < checkpoint {
        delays.busy.append(delay)
      } else {
        delays.idle.append(delay)
      }
    }
  }

  func update(_ state: CoordinatorState, at now: Instant) {}
}
