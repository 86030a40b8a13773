import ArgumentParser
import Foundation

/// Dipper's command line on the coordinator's side. It links no LibTorch.
@main
struct Dipper: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dipper",
    abstract: "Selective image segmentation, trained without labels, over worker processes.",
    discussion: """
      Example: dipper run Config/quickstart.yaml -j 2 --out out/quickstart

      Exit status: 0 done, 1 some jobs failed for good, 2 bad usage or configuration, 3 the
      coordinator could not be reached, 130 interrupted (state kept; the same command goes on).
      """,
    version: "dipper 0.1.0",
    subcommands: [
      PlanCommand.self, RunCommand.self, CoordinatorCommand.self, StatusCommand.self,
      ExplainCommand.self, CancelCommand.self, RetryCommand.self, DrainCommand.self,
      ReportCommand.self, VerifyCommand.self, ReplayCommand.self, MergeCommand.self,
      SegmentCommand.self, DataCommand.self, NetworksCommand.self, SimCommand.self,
      KeygenCommand.self, DoctorCommand.self,
    ])

  static func main() {
    // A limit on file sizes is then an error of the write, with a message, and not the end.
    signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      end(with: error)
    }
  }

  /// Ends the process: help and versions with 0, a status that a command chose with that one, and
  /// everything else, which is bad usage or a bad configuration, with 2 and its message.
  private static func end(with error: any Error) -> Never {
    let status = exitCode(for: error)
    if status == .success || error is ExitCode { exit(withError: error) }
    let usage = status == .validationFailure
    say(usage ? fullMessage(for: error) : "dipper: \(error)")
    Foundation.exit(2)
  }
}

/// Tells the user something that is not a result: on standard error, which may be closed or on a
/// full disk. `FileHandle.write(_:)` would end the process there.
func say(_ text: String) {
  try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
}
