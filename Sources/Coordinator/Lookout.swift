/// Whether the thread that decides looks out for what comes next, or sleeps until it is woken.
///
/// Where short jobs go out one by one, a trip to a worker and back is a chain of a dozen threads that wake
/// each other, for the most part on cores that have just gone to sleep. A thread that keeps its core leaves
/// them the others: a tenth of a millisecond of each trip. It does so only for what has paid off just
/// now, after a lone event that came within `patience` of the last; at any other pace it sleeps, as what
/// trains beside it needs the core.
package struct Lookout {
  /// Seconds that it looks out at most, of a trip that should take half a millisecond.
  package static let patience = 7e-4
  /// Events that are no crowd: of a job that ends, and what its worker does next.
  private static let few = 2

  /// Seconds to look out for the next event; 0 where it sleeps at once.
  package private(set) var seconds = 0.0

  package init() {}

  /// So many events were dealt with at once, after a wait of so many seconds.
  package mutating func heard(_ events: Int, after wait: Double) {
    seconds = events <= Self.few && wait < Self.patience ? Self.patience : 0
  }
}
