import Jobs
import Scheduling

/// The blobs that must arrive before attempts can start.
struct PendingFetches {
  private var missing: [Attempt: Set<Digest>] = [:]

  /// Registers the blobs that an attempt needs.
  mutating func begin(_ attempt: Attempt, digests: [Digest]) { missing[attempt] = Set(digests) }

  /// Removes an attempt if all its blobs have arrived.
  ///
  /// - Returns: true if the attempt was registered and all its blobs have arrived.
  mutating func takeIfComplete(_ attempt: Attempt) -> Bool {
    guard missing[attempt]?.isEmpty == true else { return false }
    missing[attempt] = nil
    return true
  }

  /// Removes a blob that has arrived from the missing ones.
  ///
  /// - Returns: the attempts that waited for the blob.
  mutating func didArrive(_ digest: Digest) -> [Attempt] {
    let attempts = attempts(waitingFor: digest)
    for attempt in attempts { missing[attempt]?.remove(digest) }
    return attempts
  }

  /// Removes the attempts that wait for a blob that cannot be fetched, and returns them.
  mutating func removeAttempts(waitingFor digest: Digest) -> [Attempt] {
    let attempts = attempts(waitingFor: digest)
    for attempt in attempts { missing[attempt] = nil }
    return attempts
  }

  private func attempts(waitingFor digest: Digest) -> [Attempt] {
    missing.filter { $0.value.contains(digest) }.map(\.key)
  }
}
