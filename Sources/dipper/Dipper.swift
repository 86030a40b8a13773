import ArgumentParser
import Foundation

/// The command line of the coordinator's side. It links no LibTorch.
@main
struct Dipper: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dipper",
    abstract: "Selective image segmentation, trained without labels, over worker processes.",
    discussion: """
      Example: dipper run Config/quickstart.yaml -j 2 --out out/quickstart

      Exit status: 0 done, 1 some jobs failed for good, 2 bad usage or configuration, 3 the
      coordinator could not be reached, 130 interrupted (state kept; the same command continues).
      """,
    version: "dipper 0.1.0",
    subcommands: [
      PlanCommand.self, RunCommand.self, CoordinatorCommand.self, StatusCommand.self,
      ExplainCommand.self, CancelCommand.self, RetryCommand.self, DrainCommand.self,
      ReportCommand.self, VerifyCommand.self, ReplayCommand.self, MergeCommand.self,
      SegmentImageCommand.self, DataCommand.self, NetworksCommand.self, SimCommand.self,
      KeygenCommand.self, DoctorCommand.self,
    ])

  static func main() {
    // If a file exceeds the limit on file sizes, the write fails with an error instead of a signal
    // that ends the process.
    signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      end(with: error)
    }
  }

  /// Ends the process. The status is 0 after `--help` and `--version`, the status of an `ExitCode`
  /// that a command has thrown, and 2 with a message for any other error.
  private static func end(with error: any Error) -> Never {
    let status = exitCode(for: error)
    if status == .success || error is ExitCode { exit(withError: error) }
    let usage = status == .validationFailure
    say(usage ? fullMessage(for: error) : "dipper: \(error)")
    Foundation.exit(2)
  }
}
