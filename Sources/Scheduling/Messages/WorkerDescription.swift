import Jobs

/// The name of a worker process. A worker that is started again gets a new name.
public struct WorkerID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  /// The name, for instance `node3-4711-9f3a`: host, process number and a random suffix.
  public let name: String
  /// Creates the identity of the worker with this name.
  public init(_ name: String) { self.name = name }
  /// The name of the worker.
  public var description: String { name }
  /// Orders workers by name.
  public static func < (one: WorkerID, other: WorkerID) -> Bool { one.name < other.name }
}

/// A worker's host and process, and the properties on which the bits of its results depend.
public struct WorkerDescription: Hashable, Sendable, Codable {
  /// The name of the worker's host.
  public var host: String
  /// The number of the worker's process on that host.
  public var process: Int
  /// The number of leases that the worker wants to hold at once, at least 1.
  public var credit: Int
  /// The numerics fingerprint: LibTorch's version, the instruction set, the number of threads and
  /// everything else on which the bits of results depend. Workers with equal fingerprints compute
  /// equal bits.
  public var fingerprint: [String: String]
  /// The instructions that the worker's numerics may use, taken from its fingerprint.
  public var numericMode: NumericMode {
    fingerprint["mode"].flatMap(NumericMode.init) ?? .native
  }
  /// The number of GPUs of the worker's machine, counted from the names in the fingerprint's entry
  /// `cuda`.
  public var gpus: Int { fingerprint["cuda"]?.split(separator: ",").count ?? 0 }
  /// Creates the description of a worker.
  public init(host: String, process: Int, credit: Int, fingerprint: [String: String]) {
    self.host = host
    self.process = process
    self.credit = credit
    self.fingerprint = fingerprint
  }
}
