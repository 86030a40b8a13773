import Jobs
import Scheduling

/// Finds the job that a person means.
public enum JobSelection {
  /// Jobs that an error lists.
  private static let mostListed = 10
  /// Digits from which a text may be the beginning of a digest.
  private static let fewestDigits = 2

  /// The job whose label is `text`, or else the only one whose digest or label begins with it.
  ///
  /// - Throws: `CoordinatorError` of code `job` that lists what `text` could mean.
  public static func job(_ text: String, among jobs: [JobStatus]) throws -> JobStatus {
    let wanted = text.lowercased()
    let exact = jobs.filter { $0.planned.label.lowercased() == wanted }
    if exact.count == 1 { return exact[0] }
    let possible = exact.isEmpty ? jobs.filter { matches($0, wanted) } : exact
    if possible.count == 1 { return possible[0] }
    guard !possible.isEmpty else {
      throw CoordinatorError(
        .job,
        "no job begins with `\(text)`; say the beginning of its name or of its label, as of "
          + "`dipper plan`")
    }
    let rest = possible.count - mostListed
    throw CoordinatorError(
      .job,
      "`\(text)` could be:"
        + possible.prefix(mostListed).map { "\n  \($0.planned.id.short)  \($0.planned.label)" }
        .joined() + (rest > 0 ? "\n  and \(rest) more" : ""))
  }

  private static func matches(_ job: JobStatus, _ wanted: String) -> Bool {
    (wanted.count >= fewestDigits && job.planned.id.description.hasPrefix(wanted))
      || job.planned.label.lowercased().hasPrefix(wanted)
  }
}
