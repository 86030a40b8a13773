import Synchronization
import UnixSignals
import Worker

/// Handles SIGINT and SIGTERM. The first signal makes the worker send its checkpoint and leave, and
/// the second one ends the process at once.
final class SignalHandler: Sendable {
  private let count = Atomic(0)

  init(for worker: WorkerRuntime) async {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    Task {
      for await _ in signals {
        if count.add(1, ordering: .relaxed).oldValue > 0 { endProcess(130) }
        worker.interrupt()
      }
    }
  }

  /// True if a signal has arrived.
  var isInterrupted: Bool { count.load(ordering: .relaxed) > 0 }
}
