import ArgumentParser

/// The option `--reuse` of the commands `run` and `coordinator`.
struct ReuseOption: ParsableArguments {
  @Option(
    name: .customLong("reuse"),
    help: ArgumentHelp(
      "The directory of another run, of any experiment, whose results of equal jobs are imported; "
        + "may be given several times.",
      valueName: "run"))
  var runs: [RunArgument] = []
}
