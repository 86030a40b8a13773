import Blobs
import Errors
import Foundation
import Jobs
import Journal
import Logging
import Messaging
import Runs
import Scheduling
import Threads
import Wire

/// The coordinator's process: it interprets the directives of `CoordinatorState` on one thread of its
/// own.
///
/// For every batch of events all facts are committed first, in one transaction, and only then is
/// anything sent. Blobs have threads of their own, so that no disk delays a decision.
public final class CoordinatorRuntime: Sendable {
  /// The address on which the coordinator listens.
  public let endpoint: Endpoint
  private let queue = EventQueue<CoordinatorEvent>()
  private let messenger: Messenger
  private let localCache: BlobFolder?

  /// The number of bytes of blobs that may wait to be sent to one worker. It is many times what an
  /// honest worker requests at once, and far less than a few messages can request.
  private static let maximumOutboundBulk = 64 << 20

  /// Starts to listen.
  ///
  /// - Parameters:
  ///   - endpoint: the address on which to listen; the next port is used too.
  ///   - keys: the keys of the workers that may connect; nil lets every worker connect.
  ///   - cache: the blob cache of workers on this machine, whose results and checkpoints are then
  ///     linked instead of sent.
  /// - Throws: `DipperError` if the endpoint cannot be used or the cache cannot be created.
  public init(
    listening endpoint: Endpoint, keys: CoordinatorKeys? = nil, beside cache: URL? = nil
  ) throws {
    localCache = try cache.map { try BlobFolder(at: $0, isDurable: false) }
    var limits = MessagingLimits()
    limits.controlMessage = WireLimits.workerMessage
    limits.outboundBulk = Self.maximumOutboundBulk
    messenger = try Messenger.serving(endpoint, keys: keys, limits: limits)
    self.endpoint = messenger.endpoint
  }

  /// Asks the coordinator to end: workers write checkpoints and leave, and the state is kept.
  public func interrupt() { queue.append(.interrupted) }

  /// Runs until every job is settled or the user interrupts. Blocks the calling thread, which should
  /// be one of its own.
  ///
  /// - Parameters:
  ///   - plan: the jobs.
  ///   - secondStage: returns the jobs that follow from the results of the plan, once it is
  ///     settled; nil if the plan is complete.
  ///   - directory: the run directory.
  ///   - journal: the journal of the run.
  ///   - history: the fold of the journal.
  ///   - settings: the settings of the state machine.
  ///   - display: shows the progress to the user.
  ///   - logger: writes the log.
  ///   - now: reads a monotonic clock.
  ///   - date: reads the wall clock, for the journal.
  /// - Throws: `DipperError` if the disk refuses; the journal then holds everything that
  ///   was acknowledged.
  public func run(
    _ plan: Plan, secondStage: ((RunHistory) throws -> [PlannedJob])? = nil,
    in directory: RunDirectory, journal: any EventJournal, history: RunHistory,
    settings: CoordinatorSettings, display: any ProgressDisplay, logger: Logger,
    now: @escaping @Sendable () -> Instant, date: @escaping @Sendable () -> Date
  ) throws -> CoordinatorConclusion {
    LowLatencyThread.begin()
    let exchange = listen(in: directory)
    let control = openControl(in: directory.folder, logger: logger)
    let ticker = startTicker(every: settings.terms.heartbeat / 2)
    defer {
      LowLatencyThread.end()
      control?.close()
      ticker.cancel()
      exchange.close()
      messenger.close()
    }
    var loop = CoordinatorLoop(
      state: CoordinatorState(resuming: history.ledger, settings: settings), plan: plan,
      directory: directory, journal: journal, messenger: messenger, display: display,
      logger: logger, date: date)
    try run(&loop, jobs: plan.jobs, secondStage: secondStage, now: now)
    return CoordinatorConclusion(
      outcome: loop.outcome, history: RunHistory(of: loop.state))
  }

  private func run(
    _ loop: inout CoordinatorLoop, jobs: [PlannedJob],
    secondStage: ((RunHistory) throws -> [PlannedJob])?, now: () -> Instant
  ) throws {
    var secondStage = secondStage
    var polling = BusyPollPolicy()
    try loop.submit(jobs, isFinal: secondStage == nil, at: now())
    while !loop.isConcluded {
      if loop.isSettled, let chooseJobs = secondStage {
        secondStage = nil
        try loop.submit(chooseJobs(RunHistory(of: loop.state)), isFinal: true, at: now())
        continue
      }
      let start = now()
      let events = queue.takeAll(busyPolling: polling.duration)
      let moment = now()
      let count = try loop.handle(events, at: moment)
      polling.record(events: count, after: moment - start)
    }
  }

  /// Delivers messages: those about blobs to the exchange, all others to the queue.
  private func listen(in directory: RunDirectory) -> BlobExchange {
    let exchange = BlobExchange(
      directory.blobs, localCache: localCache, messenger: messenger
    ) { [queue] in queue.append(.blobs($0)) }
    messenger.listen { [queue] batch in
      exchange.take(batch.inbound)
      let control = batch.inbound.filter(\.concernsDecisions)
      if !control.isEmpty { queue.append(.inbound(InboundBatch(control))) }
    }
    return exchange
  }

  /// Opens the control socket for `dipper status`, `cancel` and the like. A file system without sockets
  /// is no reason not to compute.
  private func openControl(in folder: URL, logger: Logger) -> ControlServer? {
    do {
      return try ControlServer(in: folder) { [queue] in queue.append(.called($0, $1)) }
    } catch {
      logger.warning("status, cancel and drain will not find this coordinator: \(error)")
      return nil
    }
  }

  /// Starts a timer on a queue of its own, so that nothing that the coordinator does can delay it.
  private func startTicker(every interval: Duration) -> any DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "coordinator.tick"))
    let seconds = interval / .seconds(1)
    timer.schedule(deadline: .now() + seconds, repeating: seconds)
    timer.setEventHandler { [queue] in queue.append(.tick) }
    timer.resume()
    return timer
  }
}
