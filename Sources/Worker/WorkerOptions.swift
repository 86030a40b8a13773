import Blobs
import Foundation
import Logging
import Messaging
import Scheduling

/// The options of a worker that the user sets.
public struct WorkerOptions: Sendable {
  /// The endpoint on which the coordinator listens, `tcp://host:port`.
  public var coordinator: String
  /// The folder in which the worker keeps blobs. Several workers may share it.
  public var cache: URL
  /// The size of the cache in bytes above which unused blobs are removed, oldest first.
  public var cacheLimit = 8 << 30
  /// The beginning of the worker's name, or nil for the name of the host.
  public var name: String?
  /// The time from the start within which the coordinator must have answered.
  public var connectTimeout = Duration.seconds(30)
  /// The worker's own key and the coordinator's, or nil to connect without encryption.
  public var keys: WorkerKeys?
  /// The last lines of the log, which are sent to the coordinator with failures, or nil to send
  /// none.
  public var logTail: LogTail?
  /// The number of jobs that the worker holds at once. One of them runs.
  public var credit = 1
  /// The shortest time between two progress reports.
  public var progressInterval = Duration.milliseconds(100)

  /// Creates the options of a worker of the coordinator at `coordinator` that keeps blobs in
  /// `cache`.
  public init(coordinator: String, cache: URL) {
    self.coordinator = coordinator
    self.cache = cache
  }
}

extension WorkerRuntime {
  /// Creates a worker in this process, which begins to connect at once.
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
