import Coordinator
import Scheduling
import Synchronization

/// Sees when jobs end, from when all workers have joined on.
final class Span: ProgressDisplay {
  private struct Ends {
    var missing: Int
    /// When the last worker joined and when each job was done from then on.
    var moments: [Double] = []
  }

  private let ends: Mutex<Ends>

  init(workers: Int) { ends = Mutex(Ends(missing: workers)) }

  /// Seconds for a job.
  var secondsForOne: Double {
    let moments = ends.withLock(\.moments)
    guard let first = moments.first, let last = moments.last else { return .nan }
    return (last - first) / Double(moments.count - 1)
  }

  /// Seconds from the end of one job to that of the next, for each. With one worker that holds one job
  /// that is the way of a job to the worker, of its result back, and onto the disk.
  var roundTrips: [Double] {
    let moments = ends.withLock(\.moments)
    return zip(moments, moments.dropFirst()).map { $1 - $0 }
  }

  func notify(_ notification: UserNotification, in state: CoordinatorState) {
    let moment = now()
    ends.withLock { ends in
      switch notification {
      case .joined where ends.missing > 0:
        ends.missing -= 1
        ends.moments = [moment]
      case .completed where ends.missing <= 0: ends.moments.append(moment)
      default: break
      }
    }
  }

  func update(_ state: CoordinatorState, at now: Instant) {}
}
