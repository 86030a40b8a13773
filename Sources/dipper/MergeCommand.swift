import ArgumentParser
import Foundation
import Runs

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Import finished jobs from other runs.",
    discussion: """
      Example: dipper merge out/lung /mnt/colleague/lung

      Jobs are named by their content, so a job that another run has finished need not be computed \
      here. From a run of another experiment, the results that this one needs are imported. Every \
      blob is checked; results that differ are reported and not imported. Exit status: 0 all \
      results are here, 1 some were refused.
      """)

  @Argument(help: "The run directory that receives the results.") var into: RunArgument
  @Argument(help: "Run directories, of the same experiment or of others.") var from: [RunArgument]

  func validate() throws {
    guard !from.isEmpty else { throw ValidationError("name the runs to import from") }
  }

  func run() throws {
    var merge = try RunMerge(into: into.url, at: Date())
    for other in from { try merge.merge(other.url) }
    let findings = merge.findings
    for line in findings.remarks + findings.refused { try emit(line) }
    try emit(
      "\(counted(findings.imported, "result")) imported, \(findings.confirmed) were here already "
        + "and are equal, \(findings.refused.count) refused")
    if !findings.refused.isEmpty { throw ExitCode(1) }
  }
}
