import Jobs
import Scheduling

/// The coordinator's disk. What was written survives the end of the process; only what was synced
/// survives that of the machine.
struct SimulatedDisk {
  /// Facts that the machine's end cannot undo.
  private(set) var synced: [JournalEvent] = []
  /// Transactions written since, in order.
  private(set) var unsynced: [[JournalEvent]] = []
  private var blobs: Set<Digest> = []
  private var unsyncedBlobs: Set<Digest> = []
  /// Until when each sync takes long.
  var slowUntil = Instant.origin
  /// Until when it takes no blob.
  var fullUntil = Instant.origin
  /// Until when a blob may prove damaged on being read.
  var flawedUntil = Instant.origin
  /// The next transaction will fail, and the coordinator with it.
  var refusesJournal = false

  /// What a coordinator that starts now finds in its journal.
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

  /// The machine loses its power: of the unsynced transactions a first part survives, of the
  /// unsynced blobs any; a blob is renamed to its name only when synced, so none survives by half.
  mutating func losePower(_ chance: inout Chance) {
    if !unsynced.isEmpty { unsynced.removeLast(chance.number(0...unsynced.count)) }
    sync()
    for blob in unsyncedBlobs.sorted() where chance.happens(0.5) { blobs.insert(blob) }
    unsyncedBlobs = []
  }
}
