import ArgumentParser
import Foundation

/// The command `segment`, which replaces this process by the worker program, because `dipper` links
/// no LibTorch.
struct SegmentByWorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "segment", abstract: "Segment one image with a trained model.",
    discussion: """
      Example: dipper segment IMAGE.png --markers M.json --model MODEL.safetensors --out MASK.nii.gz

      All arguments are passed to `dipper-worker segment`; see its --help.
      """)

  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

  func run() throws {
    let worker = try siblingProgram("dipper-worker").path
    var argv = ([worker, "segment"] + arguments).map { strdup($0) } + [nil]
    execv(worker, &argv)
    throw ValidationError("cannot start \(worker): \(String(cString: strerror(errno)))")
  }
}
