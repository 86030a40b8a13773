import Blobs
import Dispatch
import Foundation
import Scheduling
import Segmentation
import Synchronization

/// The one thread on which attempts run, one after the other.
///
/// A thread of its own: a training step blocks for as long as it takes, which Swift's pool must not,
/// and LibTorch keeps state by thread.
final class ComputeThread: Sendable {
  private struct State {
    var waiting: [Lease] = []
    var controls: [Attempt: Control] = [:]
    var isEnded = false
  }

  private let state = Mutex(State())
  private let changes = DispatchSemaphore(value: 0)
  private let cache: BlobFolder
  private let clock: MonotonicClock
  private let computation: Computation
  private let fingerprint: [String: String]
  private let logTail: LogTail?
  private let progressInterval: Double
  private let report: @Sendable (Occurrence) -> Void

  init(
    cache: BlobFolder, clock: @escaping MonotonicClock, computation: @escaping Computation,
    fingerprint: [String: String], logTail: LogTail?, progressInterval: Double,
    report: @escaping @Sendable (Occurrence) -> Void
  ) {
    (self.cache, self.clock, self.computation, self.report) = (cache, clock, computation, report)
    (self.fingerprint, self.logTail) = (fingerprint, logTail)
    self.progressInterval = progressInterval
    let thread = Thread { self.work() }
    thread.name = "compute"
    thread.start()
  }

  /// Runs these attempts, one after the other, as soon as those before them have ended.
  func start(_ leases: [Lease]) {
    guard !leases.isEmpty else { return }
    let wasEmpty = state.withLock { state in
      defer {
        state.waiting += leases
        for lease in leases { state.controls[lease.attempt] = .proceed }
      }
      return state.waiting.isEmpty
    }
    // Where there were others the thread takes these after them, unasked.
    if wasEmpty { changes.signal() }
  }

  /// Stops an attempt at its next event, or at once if it has not begun.
  func stop(_ attempt: Attempt, checkpoint: Bool) {
    let hasNotBegun = state.withLock { state in
      if let place = state.waiting.firstIndex(where: { $0.attempt == attempt }) {
        state.waiting.remove(at: place)
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

  /// Ends the thread after the attempt that runs, which is told to stop.
  func end() {
    state.withLock { state in
      state.isEnded = true
      for attempt in state.controls.keys { state.controls[attempt] = .stop }
    }
    changes.signal()
  }

  private func work() {
    var meter = PeakMeter()
    let checkpoints = CheckpointWriter(cache: cache)
    while let lease = next() {
      let attempt = lease.attempt
      let run = AttemptRun(
        lease: lease, cache: cache, clock: clock, computation: computation,
        fingerprint: fingerprint, logTail: logTail, progressInterval: progressInterval,
        control: { self.state.withLock { $0.controls[attempt] ?? .stop } }, report: report,
        checkpoints: checkpoints)
      let end = run.run(&meter)
      state.withLock { $0.controls[attempt] = nil }
      report(end)
    }
  }

  /// Waits for work; nil where there will be none.
  private func next() -> Lease? {
    while true {
      let (lease, isEnded) = state.withLock { state in
        (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), state.isEnded)
      }
      if isEnded { return nil }
      if let lease { return lease }
      changes.wait()
    }
  }
}
