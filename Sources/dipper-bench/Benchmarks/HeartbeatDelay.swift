import Coordinator
import Jobs
import Scheduling
import Synchronization

/// How late what a worker says reaches the coordinator's decisions, while a checkpoint of 50 MB is on
/// its way from the same worker and while none is: by a real worker and a real coordinator, encrypted,
/// the checkpoint on the coordinator's disk.
struct HeartbeatDelay: Benchmark {
  let name = "heartbeat"
  let abstract = "how late a heartbeat is while a checkpoint of 50 MB is sent, beside none"

  func measure(_ place: Place, report: (Figure) throws -> Void) throws {
    let delays = Delays()
    let run = CoordinatedRun(
      name: "heartbeat", jobs: [.blank(0)], part: .beats, workers: 1, credit: 1)
    _ = try run.run(in: place, display: delays)
    let (idle, busy) = (percentile(99, delays.idle), percentile(99, delays.busy))
    try report(
      Figure(
        "heartbeat-busy", 1e3 * busy, "ms late, p99 of \(delays.busy.count)",
        peer: "the same worker in the same run with nothing to send", 1e3 * idle))
    try report(
      Figure(
        "heartbeat-difference", 1e3 * (busy - idle), "ms later than with nothing to send, p99",
        peer: "target", 1))
  }

  private func percentile(_ share: Int, _ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? .nan : sorted[(sorted.count - 1) * share / 100]
  }
}

/// Hears beats and sorts their delays by whether a checkpoint was on its way.
private final class Delays: ProgressDisplay {
  private let heard = Mutex<(idle: [Double], busy: [Double])>(([], []))

  var idle: [Double] { heard.withLock(\.idle) }
  var busy: [Double] { heard.withLock(\.busy) }

  func notify(_ notification: UserNotification, in state: CoordinatorState) {
    guard case .progress(let attempt, let progress) = notification,
      let due = progress.metrics["due"],
      let checkpoint = progress.metrics["checkpoint"]
    else { return }
    let delay = now() - due
    let here = state.status(of: attempt.job)?.checkpoint?.step ?? 0
    heard.withLock { heard in
      if Double(here) < checkpoint { heard.busy.append(delay) } else { heard.idle.append(delay) }
    }
  }

  func update(_ state: CoordinatorState, at now: Instant) {}
}
