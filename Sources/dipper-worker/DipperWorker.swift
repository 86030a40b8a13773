import ArgumentParser
import Foundation

/// Dipper's command line on the computing side. It links LibTorch.
@main
struct DipperWorker: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dipper-worker",
    abstract: "Compute a coordinator's jobs on this machine.",
    discussion: """
      Example: dipper-worker --connect tcp://127.0.0.1:7077

      Start it on any machine and at any time, as often as there are cores to spare; it leaves \
      when there is nothing more to do. `dipper-worker work --help` lists the options.

      Exit status: 0 dismissed, 2 bad usage or refused by the coordinator, 3 the coordinator \
      could not be reached, 130 interrupted (a checkpoint was handed over first).
      """,
    version: "dipper-worker 0.1.0",
    subcommands: [
      WorkCommand.self, SegmentCommand.self, ComputeCommand.self, FieldsCommand.self,
      FingerprintCommand.self, PassportCommand.self, DevicesCommand.self,
    ],
    defaultSubcommand: WorkCommand.self)

  static func main() async {
    // A limit on file sizes is then an error of the write, with a message, and not the end.
    signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      end(with: error)
    }
  }

  /// Ends the process: help and versions with 0, a status that a command chose with that one, and
  /// everything else with 2 and its message.
  private static func end(with error: any Error) -> Never {
    let status = exitCode(for: error)
    if status == .success || error is ExitCode { exit(withError: error) }
    let isUsage = status == .validationFailure
    let text = isUsage ? fullMessage(for: error) : "dipper-worker: \(error)"
    try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    Foundation.exit(2)
  }
}
