import Blobs
import Foundation
import Logging
import Messaging
import Scheduling

/// What a user may choose about a worker.
public struct WorkerOptions: Sendable {
  /// Where the coordinator listens, `tcp://host:port`.
  public var coordinator: String
  /// Folder of the blobs that it keeps; several workers may share one.
  public var cache: URL
  /// Bytes beyond which the blobs of the cache that nobody uses are removed, oldest first.
  public var cacheLimit = 8 << 30
  /// The beginning of its name; the host's where nil.
  public var name: String?
  /// Seconds from the start within which the coordinator must have answered.
  public var connectTimeout: Double = 30
  /// Its own key and the coordinator's; nil to talk without encryption.
  public var keys: WorkerKeys?
  /// Where its log's last lines are kept, for failures to take along.
  public var logTail: LogTail?
  /// Jobs that it holds at once, of which one runs.
  public var credit = 1
  /// Seconds between two reports of progress, at least.
  public var progressInterval = 0.1

  /// A worker of the coordinator at `coordinator` that keeps blobs in `cache`.
  public init(coordinator: String, cache: URL) {
    (self.coordinator, self.cache) = (coordinator, cache)
  }
}

extension WorkerRuntime {
  /// A worker in this process, connected or trying to be.
  ///
  /// - Parameters:
  ///   - fingerprint: what its numbers depend on, as of `NumericsFingerprint`.
  ///   - suffix: makes its name unique among all workers that the coordinator ever hears.
  /// - Throws: `MessagingError`, `BlobError`: an endpoint, name or folder that cannot be used.
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
    var settings = WorkerSettings()
    settings.connectTimeout = options.connectTimeout
    settings.progressInterval = options.progressInterval
    let endpoint = try Endpoint(parsing: options.coordinator)
    let cache = try BlobFolder(at: options.cache, isDurable: false)
    log.info("\(name): joining the coordinator at \(endpoint)")
    self.init(
      description, settings: settings,
      messenger: try .connecting(to: endpoint, as: name, keys: options.keys), cache: cache,
      cacheLimit: options.cacheLimit, computation: computation, clock: clock, log: log,
      logTail: options.logTail)
  }
}
