import Foundation

/// Files and connections that this process may have open.
public enum OpenFiles {
  /// Raises the limit as far as the system allows without being asked: each connection is
  /// an open file, and the default of 1024 is soon used up by strangers who only connect.
  public static func raiseLimit() {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = min(limit.rlim_max, 65_536)
    // Where it is refused the old limit holds: fewer can connect at once.
    _ = setrlimit(resource, &limit)
  }
}
