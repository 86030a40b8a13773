import Coordinator
import Scheduling
import Synchronization

/// Sees when the first and the last job end.
final class Span: ProgressDisplay {
  private let ends = Mutex<(first: Double, last: Double)?>(nil)

  /// From the first end to the last, in seconds.
  var seconds: Double { ends.withLock { $0.map { $0.last - $0.first } ?? 0 } }

  func announce(_ news: Announcement, _ state: CoordinatorState) {
    guard case .completed = news else { return }
    let moment = now()
    ends.withLock { $0 = ($0?.first ?? moment, moment) }
  }

  func update(_ state: CoordinatorState, at now: Double) {}
}
