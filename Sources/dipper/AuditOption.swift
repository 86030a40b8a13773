import ArgumentParser

/// `--audit`, of the verbs that coordinate.
struct AuditOption: ParsableArguments {
  @Option(
    name: .customLong("audit"),
    help: ArgumentHelp(
      "Share of the jobs, 0 to 1, that another worker computes once more; results must agree.",
      valueName: "share"))
  var share = 0.0

  func validate() throws {
    guard (0...1).contains(share) else {
      throw ValidationError("--audit wants a share from 0 to 1, not \(share)")
    }
  }
}
