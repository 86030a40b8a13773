import Errors

extension DipperError.Domain {
  /// The errors of setting up, resuming and reading runs.
  public static let runs = Self("runs")
}

extension DipperError.Code {
  /// The configuration file cannot be read.
  public static let configurationUnreadable = Self(.runs, name: "configuration-unreadable")
  /// Images, masks or markers cannot be used.
  public static let datasetUnusable = Self(.runs, name: "dataset-unusable")
  /// The run directory is missing, damaged or cannot be written.
  public static let runDirectoryUnusable = Self(.runs, name: "directory-unusable")
  /// A text names no job, or more than one.
  public static let jobNotIdentified = Self(.runs, name: "job-not-identified")
}
