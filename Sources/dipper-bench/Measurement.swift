import Worker

/// Returns the time that `body` takes.
func elapsed(_ body: () throws -> Void) rethrows -> Duration {
  let start = uptime()
  try body()
  return uptime() - start
}

/// Returns the time that an asynchronous `body` takes.
func elapsed(_ body: () async throws -> Void) async rethrows -> Duration {
  let start = uptime()
  try await body()
  return uptime() - start
}

/// Returns the middle value, or the mean of the two middle ones. Traps if `values` is empty.
func median(_ values: [Duration]) -> Duration {
  let sorted = values.sorted()
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

/// Times of Dipper and of a peer that were measured alternately.
struct PairedTimes {
  var ours: [Duration] = []
  var theirs: [Duration] = []

  /// The shortest times, because these are disturbed least by other processes.
  var best: (ours: Duration, theirs: Duration) { (ours.min() ?? .zero, theirs.min() ?? .zero) }
  var medians: (ours: Duration, theirs: Duration) { (median(ours), median(theirs)) }

  mutating func append(ours: Duration, theirs: Duration) {
    self.ours.append(ours)
    self.theirs.append(theirs)
  }
}
