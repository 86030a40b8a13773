import Blobs
import Foundation
import Logging
import Messaging
import Scheduling

/// The choices of a user about a worker.
public struct WorkerOptions: Sendable {
  /// Endpoint on which the coordinator listens, `tcp://host:port`.
  public var coordinator: String
  /// Folder in which the worker keeps blobs; several workers may share one.
  public var cache: URL
  /// Size of the cache in bytes above which unused blobs are removed, oldest first.
  public var cacheLimit = 8 << 30
  /// Beginning of the worker's name; nil for the name of the host.
  public var name: String?
  /// Time from the start within which the coordinator must have answered.
  public var connectTimeout = Duration.seconds(30)
  /// The worker's own key and the coordinator's; nil to talk without encryption.
  public var keys: WorkerKeys?
  /// Keeps the last lines of the log, which failures carry to the coordinator.
  public var logTail: LogTail?
  /// Number of jobs that the worker holds at once, of which one runs.
  public var credit = 1
  /// Shortest time between two progress reports.
  public var progressInterval = Duration.milliseconds(100)

  /// Creates the options of a worker of the coordinator at `coordinator` that keeps blobs in `cache`.
  public init(coordinator: String, cache: URL) {
    self.coordinator = coordinator
    self.cache = cache
  }
}

extension WorkerRuntime {
  /// Creates a worker in this process that begins to connect at once.
  ///
  /// - Parameters:
  ///   - options: the options of the command line.
  ///   - fingerprint: the entries of `NumericsFingerprint`, on which the bits of results depend.
  ///   - suffix: makes the worker's name unique among all workers of the coordinator's run.
  ///   - computation: computes a job.
  ///   - clock: reads a monotonic clock.
  ///   - log: writes the log.
  /// - Throws: `DipperError` if the endpoint, the name or the cache is unusable.
  public convenience init(
    _ options: WorkerOptions, fingerprint: [String: String], suffix: UInt32,
    computation: @escaping Computation, clock: @escaping MonotonicClock, log: Logger
  ) throws {
    let process = ProcessInfo.processInfo
    let name = [
      options.name ?? process.hostName, String(process.processIdentifier),
      String(suffix, radix: 16),
    ].joined(separator: "-")
    let description = WorkerDescription(
      host: process.hostName, process: Int(process.processIdentifier), credit: options.credit,
      fingerprint: fingerprint)
    let endpoint = try Endpoint(parsing: options.coordinator)
    let cache = try BlobFolder(at: options.cache, isDurable: false)
    log.info("\(name): joining the coordinator at \(endpoint)")
    self.init(
      description, settings: options.settings,
      messenger: try .connecting(to: endpoint, as: name, keys: options.keys), cache: cache,
      cacheLimit: options.cacheLimit, computation: computation, clock: clock, log: log,
      logTail: options.logTail)
  }
}

extension WorkerOptions {
  fileprivate var settings: WorkerSettings {
    var settings = WorkerSettings()
    settings.connectTimeout = connectTimeout
    settings.progressInterval = progressInterval
    return settings
  }
}
