import Blobs
import Foundation
import Jobs
import Journal
import Logging
import Messaging
import Scheduling
import Threads
import Wire

/// How a coordinator ended.
public enum CoordinatorOutcome: Hashable, Sendable {
  /// Every job is done or discarded; so many were discarded, and of so many two workers have
  /// computed different results.
  case finished(discarded: Int, contested: Int = 0)
  /// The user stopped it before all jobs and audits were done; the state is kept.
  case interrupted
}

/// The coordinator: interprets the directives of `CoordinatorState` on one thread of its own.
///
/// For every batch of events all facts are committed first, in one transaction, and only then is
/// anything sent: persist, then send. Blobs have threads of their own: no disk holds up a decision.
public final class CoordinatorRuntime: Sendable {
  /// Where it listens.
  public let endpoint: Endpoint
  private let queue = EventQueue<CoordinatorEvent>()
  private let messenger: Messenger
  private let neighbour: BlobFolder?

  /// Starts to listen.
  ///
  /// - Parameters:
  ///   - keys: who may connect; without them anybody.
  ///   - cache: the folder of blobs of workers on this machine, whose results and checkpoints are
  ///     then not sent but linked.
  /// - Throws: `MessagingError`, or `BlobError` where that folder cannot be made.
  public init(
    listening endpoint: Endpoint, keys: CoordinatorKeys? = nil, beside cache: URL? = nil
  ) throws {
    neighbour = try cache.map { try BlobFolder(at: $0, isDurable: false) }
    var limits = MessagingLimits()
    limits.controlMessage = WireLimits.workerMessage
    limits.outboundBulk = Self.mostBulk
    messenger = try Messenger.serving(endpoint, keys: keys, limits: limits)
    self.endpoint = messenger.endpoint
  }

  /// Bytes of blobs that may wait for one worker: many times what one has asked for at once that means
  /// well, and far less than few words can ask for.
  private static let mostBulk = 64 << 20

  /// Asks it to end: workers checkpoint and leave, the state is kept.
  public func interrupt() { queue.append(.interrupted) }

  /// Runs until every job is settled or the user interrupts. Blocks its thread: call it on one of
  /// your own.
  ///
  /// - Parameters:
  ///   - sequel: asked once the plan is settled for the jobs that follow from its results; nil where
  ///     the plan is all.
  ///   - history: what the journal holds.
  ///   - now: seconds on a monotonic clock.
  ///   - date: the wall clock, for the journal.
  /// - Throws: `JournalError`, `BlobError` where the disk refuses; the journal then holds all that was
  ///   acknowledged.
  public func run(
    _ plan: Plan, sequel: ((JobLedger) throws -> [PlannedJob])? = nil, state: StateFolder,
    journal: any EventJournal, history: [JournalEvent],
    settings: CoordinatorSettings,
    display: any ProgressDisplay, logger: Logger, now: @escaping @Sendable () -> Double,
    date: @escaping @Sendable () -> Date
  ) throws -> CoordinatorOutcome {
    LowLatencyThread.begin()
    let exchange = BlobExchange(state.blobs, neighbour: neighbour, messenger) { [queue] in
      queue.append(.blobs($0))
    }
    messenger.listen { [queue] delivery in
      // Two threads read it, each its part.
      exchange.take(delivery.inbound)
      let words = delivery.inbound.filter(\.concernsDecisions)
      if !words.isEmpty { queue.append(.inbound(Delivery(words))) }
    }
    let control = openControl(in: state.folder, logger)
    let ticker = startTicker(every: settings.terms.heartbeat / 2)
    defer {
      LowLatencyThread.end()
      control?.close()
      ticker.cancel()
      exchange.close()
      messenger.close()
    }
    var loop = CoordinatorLoop(
      state: CoordinatorState(resuming: JobLedger(folding: history), settings: settings),
      folder: state,
      journal: journal, messenger: messenger, display: display, logger: logger, date: date)
    var (sequel, lookout) = (sequel, Lookout())
    try loop.submit(plan.jobs, isFinal: sequel == nil, at: now())
    while !loop.isConcluded {
      if loop.isSettled, let next = sequel {
        sequel = nil
        try loop.submit(next(loop.state.ledger), isFinal: true, at: now())
        continue
      }
      let start = now()
      let events = queue.takeAll(busyPolling: .seconds(lookout.seconds))
      let moment = now()
      lookout.heard(try loop.handle(events, at: moment), after: moment - start)
    }
    return loop.outcome
  }

  /// The door for `dipper status`, `cancel` and the like; a file system without sockets is no reason
  /// not to compute.
  private func openControl(in folder: URL, _ logger: Logger) -> ControlServer? {
    do {
      return try ControlServer(in: folder) { [queue] in queue.append(.called($0, $1)) }
    } catch {
      logger.warning("status, cancel and drain will not find this coordinator: \(error)")
      return nil
    }
  }

  /// A timer of its own, which nothing that the coordinator does can starve.
  private func startTicker(every seconds: Double) -> any DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "coordinator.tick"))
    timer.schedule(deadline: .now() + seconds, repeating: seconds)
    timer.setEventHandler { [queue] in queue.append(.tick) }
    timer.resume()
    return timer
  }
}
