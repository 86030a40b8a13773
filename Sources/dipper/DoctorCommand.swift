import ArgumentParser
import Foundation

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Say what this installation consists of and whether it works.",
    discussion: "Example: dipper doctor")

  func run() throws {
    try emit(
      "\(Dipper.configuration.version), \(ProcessInfo.processInfo.operatingSystemVersionString)")
    try emit("cores: \(ProcessInfo.processInfo.activeProcessorCount)")
    let worker = try siblingProgram("dipper-worker")
    for argument in ["--version", "devices"] { try ask(worker, argument) }
  }

  /// Has the worker program say something; it is the one that links LibTorch.
  private func ask(_ worker: URL, _ argument: String) throws {
    let process = Process()
    process.executableURL = worker
    process.arguments = [argument]
    do { try process.run() } catch {
      try emit("dipper-worker: cannot be started at \(worker.path): \(error)")
      throw ExitCode(1)
    }
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      try emit("dipper-worker: ends with status \(process.terminationStatus)")
      throw ExitCode(1)
    }
  }
}
