import Jobs
import Scheduling

/// The coordinator's disk. Written data survive the death of the process, but only synced data
/// survive the death of the machine.
struct SimulatedDisk {
  /// The events that survive the death of the machine.
  private(set) var synced: [JournalEvent] = []
  /// The transactions that were written since the last sync, in order.
  private(set) var unsynced: [[JournalEvent]] = []
  private var blobs: Set<Digest> = []
  private var unsyncedBlobs: Set<Digest> = []
  /// The instant until which each sync takes long.
  var slowUntil = Instant.origin
  /// The instant until which no blob can be written.
  var fullUntil = Instant.origin
  /// The instant until which a blob that is read may turn out to be damaged.
  var flawedUntil = Instant.origin
  /// True if the next transaction will fail, and the coordinator with it.
  var refusesJournal = false

  /// The journal that a coordinator would read if it started now.
  var journal: [JournalEvent] { synced + unsynced.joined() }

  func holds(_ blob: Digest) -> Bool { blobs.contains(blob) || unsyncedBlobs.contains(blob) }

  mutating func write(_ facts: [JournalEvent]) { unsynced.append(facts) }

  mutating func sync() {
    for facts in unsynced { synced += facts }
    unsynced = []
  }

  mutating func write(_ blob: Digest) {
    if !blobs.contains(blob) { unsyncedBlobs.insert(blob) }
  }

  mutating func sync(_ blob: Digest) {
    if unsyncedBlobs.remove(blob) != nil { blobs.insert(blob) }
  }

  mutating func remove(_ blob: Digest) {
    blobs.remove(blob)
    unsyncedBlobs.remove(blob)
  }

  /// Loses the machine's power. The first few unsynced transactions survive, and a random part of
  /// the unsynced blobs. A blob gets its name only when it is synced, so it survives whole or not
  /// at all.
  mutating func losePower(using random: inout RandomSource) {
    if !unsynced.isEmpty { unsynced.removeLast(random.number(0...unsynced.count)) }
    sync()
    for blob in unsyncedBlobs.sorted() where random.happens(0.5) { blobs.insert(blob) }
    unsyncedBlobs = []
  }
}
