import Jobs

/// The queue of audits. An audit computes a finished job once more, on another worker, to compare
/// the results.
///
/// An audit is a numbered and leased attempt like any other, and its worker cannot tell that it is
/// one. The journal records its lease and its verdict. An audit that ends without a verdict is
/// repeated.
struct AuditQueue: Sendable {
  /// The number of times that an audit of one job may end without a verdict.
  private static let maximumTries = 3

  private let share: Double
  private let salt: UInt64
  private(set) var waiting: [JobID] = []
  private(set) var open: [Attempt: WorkerID] = [:]
  private var tries: [JobID: Int] = [:]

  /// Creates a queue that chooses this share of the jobs, different ones for each salt.
  init(share: Double, salt: UInt64) {
    self.share = share
    self.salt = salt
  }

  /// Returns true if the job is chosen for an audit. The choice cannot be predicted without the
  /// salt.
  func chooses(_ id: JobID) -> Bool {
    let name = id.digest.prefix
    // SplitMix64's finaliser (Steele, Lea, Flood 2014) mixes name and salt.
    var bits = name &+ salt &* 0x9e37_79b9_7f4a_7c15
    bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
    return Double((bits ^ bits >> 31) >> 11) * 0x1p-53 < share
  }

  mutating func append(_ id: JobID) { waiting.append(id) }

  mutating func take(_ id: JobID) {
    if let index = waiting.firstIndex(of: id) { waiting.remove(at: index) }
  }

  mutating func begin(_ attempt: Attempt, at worker: WorkerID) { open[attempt] = worker }

  /// Notes that an audit has its verdict.
  mutating func conclude(_ attempt: Attempt) { open[attempt] = nil }

  /// Notes that an audit ended without a verdict, and queues it again unless `maximumTries` of the
  /// job's audits have ended that way.
  ///
  /// - Returns: true if it will be repeated.
  mutating func requeue(_ attempt: Attempt) -> Bool {
    open[attempt] = nil
    tries[attempt.job, default: 0] += 1
    guard tries[attempt.job, default: 0] < Self.maximumTries else { return false }
    waiting.append(attempt.job)
    return true
  }

  /// Removes the audits that wait for a worker and returns their number.
  mutating func dropWaiting() -> Int {
    defer { waiting = [] }
    return waiting.count
  }
}
