/// The phase of a coordinator's life. An associated instant is the end of the grace period in which
/// dismissed workers leave.
enum CoordinatorPhase: Hashable, Sendable {
  case working
  /// The coordinator leases nothing more, and ends when no worker holds an attempt.
  case draining
  case finishing(until: Instant)
  case interrupted(until: Instant)
  case concluded
}
