import Blobs
import Dispatch
import Foundation
import Logging
import Messaging
import Scheduling
import Threads

/// A worker: carries out the directives of `WorkerState` with sockets, a cache of blobs and a compute
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
  private let inputs = EventQueue<WorkerInput>()

  /// Time between two ticks, a quarter of the shortest sensible heartbeat.
  private static let tick = DispatchTimeInterval.milliseconds(250)

  /// Creates a worker that talks through `messenger`, whose routing id is its name, and closes it at
  /// its end.
  ///
  /// - Parameters:
  ///   - description: the description of the worker, which the coordinator receives.
  ///   - settings: the settings of the state machine.
  ///   - messenger: the connection to the coordinator.
  ///   - cache: keeps blobs for later jobs and for other workers on this machine.
  ///   - cacheLimit: size in bytes above which unused blobs are removed, oldest first.
  ///   - computation: `segmentationCore(clock:)`, except in tests.
  ///   - clock: reads a monotonic clock.
  ///   - log: writes the log.
  ///   - logTail: holds the last lines of the log, which are sent with failures.
  public init(
    _ description: WorkerDescription, settings: WorkerSettings, messenger: Messenger,
    cache: BlobFolder, cacheLimit: Int, computation: @escaping Computation,
    clock: @escaping MonotonicClock, log: Logger, logTail: LogTail?
  ) {
    self.description = description
    self.settings = settings
    self.messenger = messenger
    self.cache = cache
    self.cacheLimit = cacheLimit
    self.computation = computation
    self.clock = clock
    self.log = log
    self.logTail = logTail
  }

  /// Makes the worker hand over a checkpoint, return its jobs and leave. A second call makes it leave
  /// at once.
  public func interrupt() { inputs.append(.stimulus(.interrupted)) }

  /// Works until the worker is dismissed, refused or interrupted, or has no coordinator. Call it once.
  ///
  /// - Returns: the exit status: 0 dismissed or interrupted, 2 refused or unable to work, 3
  ///   coordinator not reached.
  public func run() async -> Int32 {
    let compute = ComputeThread(
      cache: cache, clock: clock, computation: computation, fingerprint: description.fingerprint,
      logTail: logTail, progressInterval: settings.progressInterval
    ) { [inputs] in inputs.append($0) }
    messenger.listen { [inputs] in inputs.append(.batch($0)) }
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

  /// Processes inputs on a thread of its own, which blocks while there are none.
  private func work(on compute: ComputeThread) -> Int32 {
    LowLatencyThread.begin()
    var loop = WorkerLoop(
      state: WorkerState(description: description, settings: settings), cache: cache,
      cacheLimit: cacheLimit, messenger: messenger,
      chunks: ChunkSender(messenger) { [inputs] in inputs.append($0) },
      compute: compute, clock: clock, log: log)
    loop.process([.stimulus(.tick)])
    while true {
      if let status = loop.status { return status }
      loop.process(inputs.takeAll())
    }
  }

  /// Starts a Dispatch timer: neither a computation nor a full cooperative pool can delay its ticks.
  private func startTimer() -> any DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "ticks"))
    timer.schedule(deadline: .now() + Self.tick, repeating: Self.tick)
    timer.setEventHandler { [inputs] in inputs.append(.stimulus(.tick)) }
    timer.resume()
    return timer
  }
}
