import Blobs
import Dispatch
import Logging
import Messaging
import Scheduling

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
  private let occurrences: AsyncStream<Occurrence>
  private let mailbox: AsyncStream<Occurrence>.Continuation

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
    (occurrences, mailbox) = AsyncStream.makeStream()
  }

  /// Makes the worker checkpoint, give its work back and leave; a second time, leave at once.
  public func interrupt() { mailbox.yield(.stimulus(.interrupted)) }

  /// Works until dismissed, refused, interrupted or without a coordinator; to be called once.
  ///
  /// - Returns: the exit status: 0, 2 refused or unable to work, 3 coordinator not reached.
  public func run() async -> Int32 {
    let compute = ComputeThread(
      cache: cache, clock: clock, computation: computation, passport: description.passport,
      logTail: logTail, progressInterval: settings.progressInterval
    ) { [mailbox] in mailbox.yield($0) }
    let listening = Task { [messenger, mailbox] in
      for await batch in messenger.batches { for one in batch { mailbox.yield(.inbound(one)) } }
    }
    let timer = startTimer()
    defer {
      timer.cancel()
      listening.cancel()
      compute.end()
      messenger.close()
    }
    return await work(on: compute)
  }

  private func work(on compute: ComputeThread) async -> Int32 {
    var loop = WorkerLoop(
      state: WorkerState(description: description, settings: settings), cache: cache,
      cacheLimit: cacheLimit, messenger: messenger, compute: compute, clock: clock, log: log)
    loop.take(.stimulus(.tick))
    for await occurrence in occurrences where loop.status == nil {
      loop.take(occurrence)
      if let status = loop.status { return status }
    }
    return loop.status ?? 0
  }

  /// Ticks come from Dispatch: no computation and no full pool of Swift's can hold them up.
  private func startTimer() -> any DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "ticks"))
    timer.schedule(deadline: .now() + Self.tick, repeating: Self.tick)
    timer.setEventHandler { [mailbox] in mailbox.yield(.stimulus(.tick)) }
    timer.resume()
    return timer
  }
}
