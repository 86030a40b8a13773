import Errors

extension DipperError.Domain {
  /// Errors of reading the values that travel between machines and into files.
  public static let jobs = Self("jobs")
}

extension DipperError.Code {
  /// The bytes are not a job in the canonical form of this release.
  public static let jobMalformed = Self(.jobs, name: "job-malformed")
  /// The bytes are not a training curve.
  public static let curveMalformed = Self(.jobs, name: "curve-malformed")
}
