import Errors
import Foundation

/// The worker program, which is run to its end with input on its standard input. The coordinator's
/// side links no LibTorch, so it runs this program to compute a job.
public struct WorkerProgram {
  /// The location of the program.
  public let file: URL

  /// Creates a description of the program in `file`.
  public init(_ file: URL) { self.file = file }

  /// The exit status of the program and the bytes that it wrote to standard output.
  public struct ProgramOutput: Sendable {
    /// The exit status, 0 for success.
    public let status: Int32
    /// The bytes of standard output.
    public let bytes: Data
    /// The way in which the program ended if it failed, or nil.
    public let failure: String?
  }

  /// Runs the program with the standard error of this process.
  ///
  /// - Throws: `DipperError` of code `workersUnavailable` if it cannot be started.
  public func run(_ arguments: [String], input: Data = Data()) throws -> ProgramOutput {
    let process = Process()
    let reading = Pipe()
    let writing = Pipe()
    process.executableURL = file
    process.arguments = arguments
    process.standardInput = reading
    process.standardOutput = writing
    do { try process.run() } catch {
      throw DipperError(.workersUnavailable, "cannot start \(file.path)", cause: error)
    }
    // A worker that ends without reading closes the pipe, and its exit status gives the reason. So
    // a failed write is ignored.
    try? reading.fileHandleForWriting.write(contentsOf: input)
    try? reading.fileHandleForWriting.close()
    let bytes = writing.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let exit = WorkerExit(process)
    return ProgramOutput(
      status: process.terminationStatus, bytes: bytes,
      failure: exit == .dismissed ? nil : exit.description)
  }
}
