import Jobs

/// The finished jobs that are to be computed once more, and who is doing it.
///
/// An audit is an attempt like any other, numbered and leased, and its worker cannot tell that it is
/// one. Only the verdict is a fact: an audit that comes to nothing is simply due again.
struct AuditQueue: Sendable {
  /// Times that an audit may come to nothing.
  private static let maximumTries = 3

  private let share: Double
  private let salt: UInt64
  private(set) var waiting: [JobID] = []
  private(set) var open: [Attempt: WorkerID] = [:]
  private var tries: [JobID: Int] = [:]

  /// Chooses this share of the jobs, others for each salt.
  init(share: Double, salt: UInt64) { (self.share, self.salt) = (share, salt) }

  /// Whether a job is among those chosen; without the salt nobody can tell.
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
    if let place = waiting.firstIndex(of: id) { waiting.remove(at: place) }
  }

  mutating func begin(_ attempt: Attempt, at worker: WorkerID) { open[attempt] = worker }

  /// The verdict is there.
  mutating func conclude(_ attempt: Attempt) { open[attempt] = nil }

  /// An audit came to nothing: it is due again, unless that has happened too often.
  ///
  /// - Returns: whether it waits again.
  mutating func requeue(_ attempt: Attempt) -> Bool {
    open[attempt] = nil
    tries[attempt.job, default: 0] += 1
    guard tries[attempt.job, default: 0] < Self.maximumTries else { return false }
    waiting.append(attempt.job)
    return true
  }

  /// Nobody is there who could do what waits.
  mutating func dropWaiting() -> Int {
    defer { waiting = [] }
    return waiting.count
  }
}
