import ArgumentParser

/// The option `--audit` of the commands `run` and `coordinator`.
struct AuditOption: ParsableArguments {
  @Option(
    name: .customLong("audit"),
    help: ArgumentHelp(
      "The share of jobs, 0 to 1, that a second worker computes again; results must agree.",
      valueName: "share"))
  var share = 0.0

  func validate() throws {
    guard (0...1).contains(share) else {
      throw ValidationError("--audit takes a share from 0 to 1, not \(share)")
    }
  }
}
