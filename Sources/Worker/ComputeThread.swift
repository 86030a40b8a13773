import Blobs
import Dispatch
import Foundation
import Scheduling
import Segmentation
import Synchronization

/// The thread on which attempts run in the order in which they were started.
///
/// Attempts do not run as Swift tasks, because a training step blocks its thread and would starve
/// the cooperative pool, and because LibTorch keeps state per thread.
final class ComputeThread: Sendable {
  private struct State {
    var waiting: [Lease] = []
    var controls: [Attempt: Control] = [:]
    var isEnded = false

    enum Next {
      case run(Lease)
      case wait
      case end
    }

    mutating func next() -> Next {
      if isEnded { return .end }
      return waiting.isEmpty ? .wait : .run(waiting.removeFirst())
    }
  }

  private let state = Mutex(State())
  private let changes = DispatchSemaphore(value: 0)
  private let cache: BlobFolder
  private let clock: MonotonicClock
  private let computation: Computation
  private let fingerprint: [String: String]
  private let logTail: LogTail?
  private let progressInterval: Duration
  private let report: @Sendable (WorkerInput) -> Void

  /// Starts the thread.
  ///
  /// - Parameters:
  ///   - progressInterval: the shortest time between two progress reports of an attempt.
  ///   - report: receives progress, checkpoints and ends of attempts. It is called on the compute
  ///     thread, on the queue that writes checkpoints, or on the thread that calls `stop`.
  init(
    cache: BlobFolder, clock: @escaping MonotonicClock, computation: @escaping Computation,
    fingerprint: [String: String], logTail: LogTail?, progressInterval: Duration,
    report: @escaping @Sendable (WorkerInput) -> Void
  ) {
    self.cache = cache
    self.clock = clock
    self.computation = computation
    self.report = report
    self.fingerprint = fingerprint
    self.logTail = logTail
    self.progressInterval = progressInterval
    let thread = Thread { self.work() }
    thread.name = "compute"
    thread.start()
  }

  /// Adds attempts to the end of the thread's queue.
  func start(_ leases: [Lease]) {
    guard !leases.isEmpty else { return }
    let wasEmpty = state.withLock { state in
      defer {
        state.waiting += leases
        for lease in leases { state.controls[lease.attempt] = .proceed }
      }
      return state.waiting.isEmpty
    }
    // If other attempts wait, the thread runs these after them and need not be woken.
    if wasEmpty { changes.signal() }
  }

  /// Stops an attempt at its next event, or at once if it has not begun.
  ///
  /// - Parameter checkpoint: true if a running attempt shall save a checkpoint first.
  func stop(_ attempt: Attempt, checkpoint: Bool) {
    let hasNotBegun = state.withLock { state in
      if let index = state.waiting.firstIndex(where: { $0.attempt == attempt }) {
        state.waiting.remove(at: index)
        state.controls[attempt] = nil
        return true
      }
      if state.controls[attempt] != nil {
        state.controls[attempt] = checkpoint ? .checkpointAndStop : .stop
      }
      return false
    }
    if hasNotBegun { report(.stimulus(.stopped(attempt))) }
  }

  /// Tells the running attempt to stop, and ends the thread when it has stopped.
  func end() {
    state.withLock { state in
      state.isEnded = true
      for attempt in state.controls.keys { state.controls[attempt] = .stop }
    }
    changes.signal()
  }

  private func work() {
    var meter = PeakMemoryMeter()
    let checkpoints = CheckpointWriter(cache: cache)
    while let lease = next() {
      let input = attemptRun(lease, checkpoints: checkpoints).run(&meter)
      state.withLock { $0.controls[lease.attempt] = nil }
      report(input)
    }
  }

  private func attemptRun(_ lease: Lease, checkpoints: CheckpointWriter) -> AttemptRun {
    AttemptRun(
      lease: lease, cache: cache, clock: clock, computation: computation,
      fingerprint: fingerprint, logTail: logTail, progressInterval: progressInterval,
      control: { self.state.withLock { $0.controls[lease.attempt] ?? .stop } }, report: report,
      checkpoints: checkpoints)
  }

  /// Waits for the next attempt and returns it, or returns nil if the thread shall end.
  private func next() -> Lease? {
    while true {
      switch state.withLock({ $0.next() }) {
      case .run(let lease): return lease
      case .end: return nil
      case .wait: changes.wait()
      }
    }
  }
}
