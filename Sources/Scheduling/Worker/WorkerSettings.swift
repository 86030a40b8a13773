/// A worker's time limits.
public struct WorkerSettings: Hashable, Sendable {
  /// The time from the start within which the coordinator must have welcomed the worker.
  public var connectTimeout = Duration.seconds(30)
  /// The time between two tries to join.
  public var joinInterval = Duration.seconds(1)
  /// The silence of the coordinator after which an idle worker ends. A worker that computes first finishes
  /// and then still waits as long.
  public var silenceTimeout = Duration.seconds(600)
  /// The longest time that a leaving worker takes to send its checkpoints.
  public var shutdownGrace = Duration.seconds(30)
  /// The shortest time between two reports of progress.
  public var progressInterval = Duration.milliseconds(100)

  /// The number of attempts that the compute thread is given, of which it runs one. The others wait there, so
  /// that the thread need
  /// not wait for a decision between two short attempts.
  public var maximumStarted = 32

  /// Creates the default settings.
  public init() {}
}
