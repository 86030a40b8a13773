import Foundation

/// The worker program, run to its end with something to read: how the coordinator's side, which links
/// no LibTorch, has something computed.
public struct WorkerProgram {
  /// The program.
  public let file: URL

  /// The program in `file`.
  public init(_ file: URL) { self.file = file }

  /// Its status and what it wrote to standard output; what it says goes to standard error.
  ///
  /// - Throws: `CoordinatorError` of code `workers` where it cannot be started.
  func run(_ arguments: [String], input: Data) throws -> (status: Int32, output: Data) {
    let process = Process()
    process.executableURL = file
    process.arguments = arguments
    let (reading, writing) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput) = (reading, writing)
    do { try process.run() } catch {
      throw CoordinatorError(.workers, "cannot start \(file.path)", cause: error)
    }
    // A worker that ends without reading leaves a closed pipe, and its status says why.
    try? reading.fileHandleForWriting.write(contentsOf: input)
    try? reading.fileHandleForWriting.close()
    let output = writing.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, output)
  }
}
