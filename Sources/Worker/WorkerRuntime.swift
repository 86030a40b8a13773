import Blobs
import Dispatch
import Foundation
import Logging
import Messaging
import Scheduling
import Threads

/// The worker's runtime, which carries out the directives of `WorkerState` with sockets, a cache of
/// blobs and a compute thread.
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

  /// The time between two ticks, a quarter of the shortest sensible heartbeat.
  private static let tick = DispatchTimeInterval.milliseconds(250)

  /// Creates a worker that sends and receives through `messenger`, whose routing id is the worker's
  /// name. The worker closes it at its end.
  ///
  /// - Parameters:
  ///   - description: the description of the worker, which the coordinator receives.
  ///   - settings: the settings of the state machine.
  ///   - messenger: the connection to the coordinator.
  ///   - cache: the folder that keeps blobs for later jobs and for other workers on this machine.
  ///   - cacheLimit: the size in bytes above which unused blobs are removed, oldest first.
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

  /// Makes the worker send a last checkpoint, release its attempts and leave. A second call makes
  /// it leave at once.
  public func interrupt() { inputs.append(.stimulus(.interrupted)) }

  /// Runs the worker until it is dismissed, refused or interrupted, or the coordinator is gone.
  /// Call it only once.
  ///
  /// - Returns: the exit status: 0 if dismissed or interrupted, 2 if refused or unable to work, 3
  ///   if the coordinator was not reached.
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

  /// Processes inputs until the worker ends. It blocks its thread while there are none.
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

  /// Starts a Dispatch timer, whose ticks neither a computation nor a full cooperative pool can
  /// delay.
  private func startTimer() -> any DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "ticks"))
    timer.schedule(deadline: .now() + Self.tick, repeating: Self.tick)
    timer.setEventHandler { [inputs] in inputs.append(.stimulus(.tick)) }
    timer.resume()
    return timer
  }
}
