import Synchronization
import UnixSignals
import Worker

/// SIGINT and SIGTERM: the first makes the worker leave in good order, the second ends it at once.
final class Interruption: Sendable {
  private let count = Atomic(0)

  init(of worker: WorkerRuntime) async {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    Task {
      for await _ in signals {
        if count.add(1, ordering: .relaxed).oldValue > 0 { leave(130) }
        worker.interrupt()
      }
    }
  }

  /// Whether a signal has come.
  var hasHappened: Bool { count.load(ordering: .relaxed) > 0 }
}
