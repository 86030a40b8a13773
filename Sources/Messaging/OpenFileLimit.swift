import Errors
import Foundation

/// The limit on the number of files and connections that this process may have open.
public enum OpenFileLimit {
  /// The smallest limit with which a coordinator or a worker starts. Below it Foundation starts no
  /// processes, and ZeroMQ ends its process when it gets no file.
  static let minimum: rlim_t = 256

  /// Raises the limit as far as the system allows, to at most 65,536.
  ///
  /// Each connection is an open file. Connections that never show a key would soon use up the usual
  /// limit of 1024.
  ///
  /// - Throws: `DipperError` of code `filesLimited` if the system allows fewer than `minimum`.
  public static func raise() throws {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0 else { return }
    if limit.rlim_cur < min(limit.rlim_max, 65_536) {
      limit.rlim_cur = min(limit.rlim_max, 65_536)
      _ = setrlimit(resource, &limit)
      guard getrlimit(resource, &limit) == 0 else { return }
    }
    try check(limit.rlim_cur)
  }

  /// Throws an error if `limit` is below the minimum.
  static func check(_ limit: rlim_t) throws {
    guard limit < minimum else { return }
    throw DipperError(
      .filesLimited,
      "this process may have only \(limit) files open, and needs \(minimum): start it from a shell "
        + "after `ulimit -n 1024`, with LimitNOFILE=1024 in a systemd unit, or ask an administrator "
        + "to raise nofile in /etc/security/limits.conf")
  }
}
