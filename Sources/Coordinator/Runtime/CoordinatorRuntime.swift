import Blobs
import Errors
import Foundation
import Jobs
import Journal
import Logging
import Messaging
import Runs
import Scheduling
import Synchronization
import Threads
import Wire

/// The coordinator's runtime, which carries out the directives of `CoordinatorState` on one thread.
///
/// The journal events of each batch are committed in one transaction before any message is sent.
/// Blobs are exchanged on other threads, so that no disk delays a decision.
public final class CoordinatorRuntime: Sendable {
  /// The address on which the coordinator listens.
  public let endpoint: Endpoint
  private let queue = EventQueue<CoordinatorEvent>()
  private let messenger: Messenger
  private let localCache: BlobFolder?
  private let losses = Atomic(0)

  /// The largest size, in bytes, of blob chunks that may wait to be sent to one worker. An honest
  /// worker requests far less at once, but a malicious one could request far more with a few
  /// messages.
  private static let maximumOutboundBulk = 64 << 20

  /// Starts to listen.
  ///
  /// - Parameters:
  ///   - endpoint: the address on which to listen. Blobs use the next higher port.
  ///   - keys: the coordinator's keys and those of the workers that may connect, or nil to let
  ///     every worker connect.
  ///   - cache: the blob cache of workers on this machine, or nil. Results and checkpoints in it
  ///     are linked instead of sent.
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

  /// Asks the coordinator to end. Workers save checkpoints and leave, and the state of the run is
  /// kept.
  public func interrupt() { queue.append(.interrupted) }

  /// Tells the coordinator that a worker's process has died, so that the journal names the reason and
  /// a job that kills its workers is not tried often.
  ///
  /// - Parameters:
  ///   - name: the beginning of the worker's name, as given to it by `--name`.
  ///   - reason: the way in which it died, in a sentence without a full stop.
  public func noteDeath(ofWorker name: String, reason: String) {
    queue.append(.workerDied(name: name, reason: reason))
  }

  /// The number of attempts that were lost with their workers since the start.
  public var lostAttempts: Int { losses.load(ordering: .relaxed) }

  /// Runs until every job is settled or the user interrupts the run. It blocks the calling thread,
  /// which should do nothing else.
  ///
  /// - Parameters:
  ///   - plan: the jobs.
  ///   - secondStage: returns the jobs that follow from the results of the plan, and is called when
  ///     the plan is settled. It is nil if no jobs follow.
  ///   - directory: the run directory.
  ///   - journal: the journal of the run.
  ///   - history: the fold of the journal.
  ///   - settings: the settings of the state machine.
  ///   - display: shows the progress to the user.
  ///   - logger: writes the log.
  ///   - now: reads a monotonic clock.
  ///   - date: reads the wall clock, for the journal.
  /// - Throws: `DipperError` if the disk cannot be written. The journal then holds every result
  ///   that was acknowledged.
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
      logger: logger, date: date,
      countLosses: { self.losses.add($0, ordering: .relaxed) })
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

  /// Starts to receive messages. Messages about blobs are passed to the exchange, all others to the
  /// queue.
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

  /// Opens the control socket for `dipper status`, `cancel` and the like. If the file system has no
  /// sockets, the run continues without it.
  private func openControl(in folder: URL, logger: Logger) -> ControlServer? {
    do {
      return try ControlServer(in: folder) { [queue] in queue.append(.called($0, $1)) }
    } catch {
      logger.warning("status, cancel and drain will not find this coordinator: \(error)")
      return nil
    }
  }

  /// Starts a timer on its own queue, so that the work of the coordinator cannot delay it.
  private func startTicker(every interval: Duration) -> any DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "coordinator.tick"))
    let seconds = interval / .seconds(1)
    timer.schedule(deadline: .now() + seconds, repeating: seconds)
    timer.setEventHandler { [queue] in queue.append(.tick) }
    timer.resume()
    return timer
  }
}
