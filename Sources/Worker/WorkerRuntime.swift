import Blobs
import Dispatch
import Foundation
import Logging
import Messaging
import Scheduling
import Threads

/// A worker: interprets the directives of `WorkerState` with sockets, a cache of blobs and a compute
/// thread.
public final class WorkerRuntime: Sendable {
  private let description: WorkerDescription
  private let settings: WorkerSettings
  private let messenger: Messenger
  private let cache: BlobFolder
  private let cacheLimit: Int
  private let computation: Computation
  private let clock: MonotonicClock
  private let log: Logger
  private let logTail: LogTail?
  private let occurrences = EventQueue<Occurrence>()

  /// Seconds between two looks at the clock; a quarter of the shortest sensible heartbeat.
  private static let tick = 0.25

  /// A worker that talks through `messenger`, whose routing id is its name, and closes it when it
  /// ends.
  ///
  /// - Parameters:
  ///   - cache: where blobs are kept, for later jobs and other workers on this machine.
  ///   - cacheLimit: bytes beyond which the blobs that nobody uses are removed, oldest first.
  ///   - computation: `segmentationCore(clock:)`, but for tests.
  public init(
    _ description: WorkerDescription, settings: WorkerSettings, messenger: Messenger,
    cache: BlobFolder, cacheLimit: Int, computation: @escaping Computation,
    clock: @escaping MonotonicClock, log: Logger, logTail: LogTail?
  ) {
    (self.description, self.settings, self.messenger) = (description, settings, messenger)
    (self.cacheLimit, self.logTail) = (cacheLimit, logTail)
    (self.cache, self.computation, self.clock, self.log) = (cache, computation, clock, log)
  }

  /// Makes the worker checkpoint, give its work back and leave; a second time, leave at once.
  public func interrupt() { occurrences.append(.stimulus(.interrupted)) }

  /// Works until dismissed, refused, interrupted or without a coordinator; to be called once.
  ///
  /// - Returns: the exit status: 0, 2 refused or unable to work, 3 coordinator not reached.
  public func run() async -> Int32 {
    let compute = ComputeThread(
      cache: cache, clock: clock, computation: computation, fingerprint: description.fingerprint,
      logTail: logTail, progressInterval: settings.progressInterval
    ) { [occurrences] in occurrences.append($0) }
    messenger.listen { [occurrences] in occurrences.append(.inbound($0)) }
    let timer = startTimer()
    defer {
      timer.cancel()
      compute.end()
      messenger.close()
    }
    return await withCheckedContinuation { end in
      let thread = Thread { end.resume(returning: self.work(on: compute)) }
      thread.name = "worker"
      thread.start()
    }
  }

  /// On a thread of its own, which waits for what happens.
  private func work(on compute: ComputeThread) -> Int32 {
    LowLatencyThread.begin()
    var loop = WorkerLoop(
      state: WorkerState(description: description, settings: settings), cache: cache,
      cacheLimit: cacheLimit, messenger: messenger,
      chunks: ChunkSender(messenger) { [occurrences] in occurrences.append($0) },
      compute: compute, clock: clock, log: log)
    loop.take([.stimulus(.tick)])
    while true {
      if let status = loop.status { return status }
      loop.take(occurrences.takeAll())
    }
  }

  /// Ticks come from Dispatch: no computation and no full pool of Swift's can hold them up.
  private func startTimer() -> any DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "ticks"))
    timer.schedule(deadline: .now() + Self.tick, repeating: Self.tick)
    timer.setEventHandler { [occurrences] in occurrences.append(.stimulus(.tick)) }
    timer.resume()
    return timer
  }
}
