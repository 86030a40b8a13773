import ArgumentParser
import Foundation

/// `dipper` links no LibTorch, so this becomes the worker program, which does.
struct SegmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "segment", abstract: "Segment one image with a trained model.",
    discussion: """
      Example: dipper segment IMAGE.png --markers M.json --model MODEL.safetensors --out MASK.nii.gz

      All arguments go to `dipper-worker segment`; see its --help.
      """)

  @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

  func run() throws {
    let worker = try siblingProgram("dipper-worker").path
    var words = ([worker, "segment"] + arguments).map { strdup($0) } + [nil]
    execv(worker, &words)
    throw ValidationError("cannot start \(worker): \(String(cString: strerror(errno)))")
  }
}
