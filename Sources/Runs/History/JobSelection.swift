import Errors
import Jobs
import Scheduling

/// Finds the job that a user names on the command line.
public enum JobSelection {
  /// The number of candidates that an error lists.
  private static let maximumListed = 10
  /// The smallest number of characters of a text that is compared with the beginnings of digests.
  private static let minimumDigits = 2

  /// Returns the job whose label is `text`, or else the only job whose digest or label begins with
  /// it.
  ///
  /// - Throws: `DipperError` of code `jobNotIdentified` that lists the candidates.
  public static func job(_ text: String, among jobs: [JobStatus]) throws -> JobStatus {
    let wanted = text.lowercased()
    let exact = jobs.filter { $0.planned.label.lowercased() == wanted }
    if exact.count == 1 { return exact[0] }
    let candidates = exact.isEmpty ? jobs.filter { matches($0, beginning: wanted) } : exact
    if candidates.count == 1 { return candidates[0] }
    guard !candidates.isEmpty else {
      throw DipperError(
        .jobNotIdentified,
        "no job's name or label begins with `\(text)`; `dipper plan` lists names and labels")
    }
    throw ambiguous(text, candidates: candidates)
  }

  private static func ambiguous(_ text: String, candidates: [JobStatus]) -> DipperError {
    let listed = candidates.prefix(maximumListed).map {
      "\n  \($0.planned.id.short)  \($0.planned.label)"
    }.joined()
    let rest = candidates.count - maximumListed
    return DipperError(
      .jobNotIdentified, "`\(text)` could be:" + listed + (rest > 0 ? "\n  and \(rest) more" : ""))
  }

  private static func matches(_ job: JobStatus, beginning wanted: String) -> Bool {
    (wanted.count >= minimumDigits && job.planned.id.description.hasPrefix(wanted))
      || job.planned.label.lowercased().hasPrefix(wanted)
  }
}
