/// How patient a worker is.
public struct WorkerSettings: Hashable, Sendable {
  /// Seconds from the start within which the coordinator must have welcomed it.
  public var connectTimeout = Duration.seconds(30)
  /// Seconds between two attempts to join.
  public var joinInterval = Duration.seconds(1)
  /// Seconds without a word from the coordinator and without work after which a worker gives up;
  /// one that computes first finishes, and then still waits as long.
  public var silenceTimeout = Duration.seconds(600)
  /// Seconds that a leaving worker takes, at most, to bring its checkpoint home.
  public var shutdownGrace = Duration.seconds(30)
  /// Seconds between two reports of progress, at least: nobody looks more often.
  public var progressInterval = Duration.milliseconds(100)

  /// Attempts that the compute thread is given, of which it runs one: enough short ones that it need
  /// not wait for a decision between two.
  public var handedAtOnce = 32

  /// Half a minute to connect and to leave, ten minutes of silenceTimeout.
  public init() {}
}
