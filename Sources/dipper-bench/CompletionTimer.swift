import Coordinator
import Scheduling
import Synchronization
import Worker

/// Records the times at which jobs are completed, starting when all workers have joined.
final class CompletionTimer: ProgressDisplay {
  private struct State {
    var missingWorkers: Int
    /// The time at which the last worker joined, followed by those of the completions.
    var times: [Duration] = []
  }

  private let state: Mutex<State>

  init(workers: Int) { state = Mutex(State(missingWorkers: workers)) }

  /// The mean time from one completion to the next; zero if no job was completed.
  var timePerJob: Duration {
    let times = state.withLock(\.times)
    guard let first = times.first, let last = times.last, times.count > 1 else { return .zero }
    return (last - first) / (times.count - 1)
  }

  /// The times from one completion to the next.
  ///
  /// With one worker that holds one job, each interval is a round trip: the job travels to the
  /// worker, and its result back and onto the disk.
  var intervals: [Duration] {
    let times = state.withLock(\.times)
    return zip(times, times.dropFirst()).map { $1 - $0 }
  }

  func notify(_ notification: UserNotification, in state: CoordinatorState) {
    let now = uptime()
    self.state.withLock { state in
      switch notification {
      case .joined where state.missingWorkers > 0:
        state.missingWorkers -= 1
        state.times = [now]
      case .completed where state.missingWorkers <= 0: state.times.append(now)
      default: break
      }
    }
  }

  func update(_ state: CoordinatorState, at now: Instant) {}
}
