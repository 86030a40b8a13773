/// A mistake in the protocol that the simulation can make on purpose, to show that its checks find
/// it.
public enum PlantedBug: String, CaseIterable, Sendable {
  /// Carries out directives whose events are written but not synced.
  case skipSync = "skip-sync"
  /// Sends the messages that follow from an event before it writes the event.
  case sendFirst = "send-first"
  /// Starts from a journal whose last events are not synced, without syncing them.
  case trustTail = "trust-tail"
  /// Accepts the result of a superseded attempt.
  case dropFence = "drop-fence"
  /// Forgets after a restart which attempt numbers were used.
  case reuseNumbers = "reuse-numbers"
  /// Forgets after a restart which attempts workers hold.
  case forgetLeases = "forget-leases"
  /// Forgets after a restart which jobs are done.
  case forgetResults = "forget-results"
  /// Forgets after a restart how often jobs have failed.
  case forgetFailures = "forget-failures"
  /// Tells a worker that its blob is stored before the blob is synced.
  case storeEarly = "store-early"
  /// Leases a lost worker's job again without ending its attempt.
  case requeueOpen = "requeue-open"
  /// Never sends `revoke`, so that a worker does not stop a superseded attempt.
  case neverRevoke = "never-revoke"
  /// Records a lost worker as a failure of its job.
  case blameJob = "blame-job"
  /// Leases a job again without its checkpoint.
  case loseCheckpoint = "lose-checkpoint"
  /// Removes the old checkpoint before the new one is recorded.
  case removeEarly = "remove-early"
  /// Records a result again when its message arrives twice.
  case commitTwice = "commit-twice"
  /// Leases new jobs before those that were leased before.
  case retryLast = "retry-last"
  /// Leases predictions before their training is done.
  case ignoreDependencies = "ignore-dependencies"
  /// Ignores the attempts that a worker holds when it joins again.
  case ignoreHoldings = "ignore-holdings"
  /// Counts the time in which the coordinator was suspended as silence of its workers.
  case impatience = "impatience"
  /// The worker reports once that it has finished, and does not repeat the report without an
  /// answer.
  case sayOnce = "say-once"
  /// The worker reports that it has finished before its results are stored.
  case finishEarly = "finish-early"
}
