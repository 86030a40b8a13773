import ArgumentParser
import Coordinator
import Foundation

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Bring the results of other runs into one.",
    discussion: """
      Example: dipper merge out/lung /mnt/colleague/lung

      Jobs are named by their content, so what another run has done need not be done here. Of a \
      run of another experiment, the results that this one wants are taken. Every blob is checked; \
      results that differ are named and not taken. Exit status: 0 all taken or here already, 1 \
      some were refused.
      """)

  @Argument(help: "The folder of the run that gets the results.") var into: RunFolder
  @Argument(help: "Folders of runs, of the same experiment or of others.") var from: [RunFolder]

  func validate() throws {
    guard !from.isEmpty else { throw ValidationError("say which runs to merge into it") }
  }

  func run() throws {
    var merge = try RunMerge(into: into.url, at: Date())
    for other in from { try merge.merge(other.url) }
    let findings = merge.findings
    for line in findings.remarks + findings.refused { try emit(line) }
    try emit(
      "\(findings.imported) results imported, \(findings.confirmed) were here already and are "
        + "equal, \(findings.refused.count) refused")
    if !findings.refused.isEmpty { throw ExitCode(1) }
  }
}
