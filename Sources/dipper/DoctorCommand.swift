import ArgumentParser
import Foundation
import Launching

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Show the parts of this installation and whether they work.",
    discussion: "Example: dipper doctor")

  func run() throws {
    try emit(
      "\(Dipper.configuration.version), \(ProcessInfo.processInfo.operatingSystemVersionString)")
    try emit("cores: \(ProcessInfo.processInfo.activeProcessorCount)")
    let worker = WorkerProgram(try siblingProgram("dipper-worker"))
    for argument in ["--version", "devices"] { try ask(worker, for: argument) }
  }

  /// Runs the worker program, which links LibTorch, and prints its answer.
  private func ask(_ worker: WorkerProgram, for argument: String) throws {
    let output: WorkerProgram.ProgramOutput
    do { output = try worker.run([argument]) } catch {
      try emit("dipper-worker: \(error)")
      throw ExitCode(1)
    }
    try emit(String(decoding: output.bytes, as: UTF8.self), terminator: "")
    if let failure = output.failure {
      try emit("dipper-worker \(failure)")
      throw ExitCode(1)
    }
  }
}
