/// Starts worker processes somewhere and keeps them running: on this machine, on hosts reached by ssh,
/// or through a cluster's own scheduler.
///
/// A launcher owns processes only. The workers join the coordinator by themselves, and the coordinator
/// neither knows nor cares who started them.
public protocol WorkerLauncher: AnyObject, Sendable {
  /// Starts `count` workers more.
  ///
  /// - Throws: `DipperError` of code `workersUnavailable` if a worker cannot be started.
  func start(_ count: Int) throws

  /// Starts no further workers, waits for the running ones to leave, and ends those that are still there
  /// after `grace`.
  func stop(grace: Duration)

  /// The reason why no worker is left, with the last lines of its log; nil while a worker runs or when
  /// all have ended in good order.
  var failure: String? { get }
}
