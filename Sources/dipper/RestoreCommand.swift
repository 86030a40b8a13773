import ArgumentParser
import Foundation
import Imaging
import Importing

struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Put a mask of an imported case back into its volume.",
    discussion: """
      Example: dipper data restore out/kidney/masks/kidney/M3/p02_z031.png ../data/kidney p02_z031 \
      p02.nii.gz

      The file has the volume's own size, spacing and orientation, so that it lies on the scan in \
      any viewer.
      """)

  @Argument(help: "The mask, a PNG or NIfTI slice.") var mask: String
  @Argument(help: "The imported data set's folder.") var dataset: String
  @Argument(help: "The case's id.") var id: String
  @Argument(help: "The file to write, .nii.gz.") var out: String
  @Option(help: "Where the volumes lie now (default: where they were imported from).")
  var source: String?

  func validate() throws {
    guard out.hasSuffix(".nii.gz") else {
      throw ValidationError("\(out) must end in .nii.gz: that is what is written")
    }
  }

  func run() throws {
    let bytes = try restoredMask(
      Mask(contentsOf: URL(filePath: mask)), of: id,
      in: URL(filePath: dataset, directoryHint: .isDirectory),
      source: source.map { URL(filePath: $0, directoryHint: .isDirectory) })
    do { try bytes.write(to: URL(filePath: out), options: .atomic) } catch {
      throw ImagingError(.unwritable, "\(out) cannot be written", cause: error)
    }
  }
}
