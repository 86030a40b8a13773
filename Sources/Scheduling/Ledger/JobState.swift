/// The state of a job. The article <doc:Protocol> has the diagram of states.
public enum JobState: String, Hashable, Sendable, Codable, CaseIterable {
  /// The journal knows the job from an earlier run, and the present run has not requested it.
  case notRequested
  /// The job waits for a job on which it depends.
  case waiting
  /// The job waits for a worker.
  case ready
  /// As far as the coordinator knows, a worker holds an open attempt at the job.
  case running
  /// The job is done: its result is in the journal.
  case done
  /// The job failed too often, was cancelled, or depends on a job that was discarded. There are no
  /// more attempts unless the user retries it.
  case discarded
}
