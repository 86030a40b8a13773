/// A worker's time limits.
public struct WorkerSettings: Hashable, Sendable {
  /// The time from the start within which the coordinator must have welcomed the worker.
  public var connectTimeout = Duration.seconds(30)
  /// The time between two attempts to join.
  public var joinInterval = Duration.seconds(1)
  /// The silence of the coordinator after which an idle worker ends. A worker that computes
  /// finishes first and then waits for this time.
  public var silenceTimeout = Duration.seconds(600)
  /// The time after which a leaving worker ends even if its checkpoints are not sent yet.
  public var shutdownGrace = Duration.seconds(30)
  /// The shortest time between two reports of progress.
  public var progressInterval = Duration.milliseconds(100)

  /// The largest number of attempts that are given to the compute thread at once. The thread runs
  /// one of them and the others wait in its queue, so that it does not wait for a decision between
  /// two short attempts.
  public var maximumStarted = 32

  /// Creates the default settings.
  public init() {}
}
