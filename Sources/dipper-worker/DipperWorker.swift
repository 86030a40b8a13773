import ArgumentParser
import Foundation

/// The command line of the computing side. Unlike `dipper` it links LibTorch.
@main
struct DipperWorker: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dipper-worker",
    abstract: "Compute jobs of a coordinator on this machine.",
    discussion: """
      Example: dipper-worker --connect tcp://127.0.0.1:7077

      Start a worker on any machine, at any time, and as many as there are cores to spare. It ends \
      when the coordinator has no more work. `dipper-worker work --help` lists its options.

      The exit status is 0 after the coordinator has dismissed the worker, 2 after bad usage or a \
      refusal by the coordinator, 3 if the coordinator could not be reached, and 130 after an \
      interruption, before which a checkpoint was handed over.
      """,
    version: "dipper-worker 0.1.0",
    subcommands: [
      WorkCommand.self, SegmentCommand.self, ComputeCommand.self,
      FingerprintCommand.self, RenamedFingerprintCommand.self, DevicesCommand.self,
    ],
    defaultSubcommand: WorkCommand.self)

  static func main() async {
    // If a file exceeds the limit on file sizes, the write fails with an error instead of a signal
    // that ends the process.
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

  /// Ends the process after an error.
  ///
  /// The status is 0 after `--help` and `--version`, the status of an `ExitCode` that a command has
  /// thrown, and 2 with a message for any other error.
  private static func end(with error: any Error) -> Never {
    let status = exitCode(for: error)
    if status == .success || error is ExitCode { exit(withError: error) }
    let isUsage = status == .validationFailure
    let text = isUsage ? fullMessage(for: error) : "dipper-worker: \(error)"
    try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    Foundation.exit(2)
  }
}
