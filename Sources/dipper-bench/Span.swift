import Coordinator
import Scheduling
import Synchronization

/// Sees when jobs end, from when all workers have joined on.
final class Span: ProgressDisplay {
  private struct Ends {
    var missing: Int
    var began = 0.0
    var last = 0.0
    var count = 0
  }

  private let ends: Mutex<Ends>

  init(workers: Int) { ends = Mutex(Ends(missing: workers)) }

  /// Seconds for a job.
  var secondsForOne: Double {
    ends.withLock { $0.count > 0 ? ($0.last - $0.began) / Double($0.count) : .nan }
  }

  func announce(_ news: Announcement, _ state: CoordinatorState) {
    let moment = now()
    ends.withLock { ends in
      switch news {
      case .joined where ends.missing > 0:
        ends.missing -= 1
        ends.began = moment
      case .completed where ends.missing <= 0:
        ends.last = moment
        ends.count += 1
      default: break
      }
    }
  }

  func update(_ state: CoordinatorState, at now: Double) {}
}
