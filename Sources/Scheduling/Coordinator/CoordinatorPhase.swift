/// The phase of a coordinator's life. The instants are the ends of grace periods.
enum CoordinatorPhase: Hashable, Sendable {
  case working
  /// No more leases; ends when no worker holds an attempt.
  case draining
  case finishing(until: Instant)
  case interrupted(until: Instant)
  case concluded
}
