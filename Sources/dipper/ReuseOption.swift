import ArgumentParser

/// `--reuse`, of the verbs that coordinate.
struct ReuseOption: ParsableArguments {
  @Option(
    name: .customLong("reuse"),
    help: ArgumentHelp(
      "Folder of another run, of any experiment, whose results serve where they are of the same "
        + "jobs; may be given several times.",
      valueName: "run"))
  var runs: [RunFolder] = []
}
