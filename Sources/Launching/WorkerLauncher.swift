/// A type that starts worker processes and keeps them running, on this machine, on hosts reached by
/// ssh, or through the scheduler of a cluster.
///
/// A launcher only owns processes. The workers join the coordinator by themselves, and the
/// coordinator does not know how they were started.
public protocol WorkerLauncher: AnyObject, Sendable {
  /// Starts `count` additional workers.
  ///
  /// - Throws: `DipperError` of code `workersUnavailable` if a worker cannot be started.
  func start(_ count: Int) throws

  /// Starts no further workers, waits for the running ones to leave, and ends those that are still
  /// running after `grace`.
  func stop(grace: Duration)

  /// The reason why no worker is left, with the last lines of its log. It is nil while a worker
  /// runs, and after all workers were dismissed.
  var failure: String? { get }
}
