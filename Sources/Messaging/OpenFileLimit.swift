import Foundation

/// The limit on the number of files and connections that this process may have open.
public enum OpenFileLimit {
  /// Raises the limit as far as the system allows, to at most 65,536.
  ///
  /// Each connection is an open file. Connections that never show a key would soon use up the usual
  /// limit of 1024. If the system refuses, the old limit remains.
  public static func raise() {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = min(limit.rlim_max, 65_536)
    _ = setrlimit(resource, &limit)
  }
}
