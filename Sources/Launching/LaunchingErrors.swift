import Errors

extension DipperError.Domain {
  /// The errors of starting worker processes.
  public static let launching = Self("launching")
}

extension DipperError.Code {
  /// Worker processes cannot be started.
  public static let workersUnavailable = Self(.launching, name: "workers-unavailable")
}
