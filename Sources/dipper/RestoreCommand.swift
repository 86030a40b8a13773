import ArgumentParser
import Errors
import Foundation
import Imaging
import Importing

struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Put a mask of an imported case back into its volume.",
    discussion: """
      Example: dipper data restore out/kidney/masks/kidney/M3/p02_z031.png ../data/kidney p02_z031 \
      p02.nii.gz

      The file has the size, spacing and orientation of the volume, so that any viewer shows it in the \
      right position.
      """)

  @Argument(help: "The mask, a PNG or NIfTI slice.") var mask: String
  @Argument(help: "The folder of the imported data set.") var dataset: String
  @Argument(help: "The id of the case.") var id: String
  @Argument(help: "The file to write, .nii.gz.") var out: String
  @Option(help: "The folder of the volumes, if they have moved since the import.")
  var source: String?

  func validate() throws {
    guard out.hasSuffix(".nii.gz") else {
      throw ValidationError("\(out) must end in .nii.gz, the format that is written")
    }
  }

  func run() throws {
    let bytes = try restoredMask(
      Mask(contentsOf: URL(filePath: mask)), of: id,
      in: URL(filePath: dataset, directoryHint: .isDirectory),
      source: source.map { URL(filePath: $0, directoryHint: .isDirectory) })
    do { try bytes.write(to: URL(filePath: out), options: .atomic) } catch {
      throw DipperError(.imageUnwritable, "\(out) cannot be written", cause: error)
    }
  }
}
