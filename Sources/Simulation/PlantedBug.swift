/// A mistake in the protocol that the simulation can make on purpose, to show that it finds it.
public enum PlantedBug: String, CaseIterable, Sendable {
  /// Acts on facts that are written but not synced.
  case skipSync = "skip-sync"
  /// Sends what follows from a fact, then writes the fact.
  case sendFirst = "send-first"
  /// Starts from a journal whose tail an earlier process did not live to sync, and does not either.
  case trustTail = "trust-tail"
  /// Takes an old attempt's result for the current one's.
  case dropFence = "drop-fence"
  /// Forgets after a restart how far attempts were numbered.
  case reuseNumbers = "reuse-numbers"
  /// Forgets after a restart which attempts are in workers' hands.
  case forgetLeases = "forget-leases"
  /// Forgets after a restart which jobs are done.
  case forgetResults = "forget-results"
  /// Forgets after a restart how often jobs have failed.
  case forgetFailures = "forget-failures"
  /// Tells a worker that its blob is stored before the blob is synced.
  case storeEarly = "store-early"
  /// Hands a lost worker's job out without ending its attempt.
  case requeueOpen = "requeue-open"
  /// Never tells a worker that its attempt is over.
  case neverRevoke = "never-revoke"
  /// Records a lost worker as a failure of its job.
  case blameJob = "blame-job"
  /// Hands a job out again without its checkpoint.
  case loseCheckpoint = "lose-checkpoint"
  /// Removes the old checkpoint before the new one is recorded.
  case removeEarly = "remove-early"
  /// Commits a result again when its message comes twice.
  case commitTwice = "commit-twice"
  /// Hands new jobs out before those that came back.
  case retryLast = "retry-last"
  /// Hands predictions out before their training is done.
  case ignoreDependencies = "ignore-dependencies"
  /// Ignores what a worker says it holds when it joins again.
  case ignoreHoldings = "ignore-holdings"
  /// Counts the time in which it was frozen itself as its workers' silence.
  case impatience = "impatience"
  /// The worker says once that it has finished, and not again when nobody answers.
  case sayOnce = "say-once"
  /// The worker says that it has finished before its results are stored.
  case finishEarly = "finish-early"
}
