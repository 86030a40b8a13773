import ArgumentParser
import Errors
import Foundation
import Imaging
import Importing

struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Put masks of imported cases back into their volume.",
    discussion: """
      Example: dipper data restore out/kidney/masks/kidney/M3 ../data/kidney p02 p02.nii.gz

      MASK is the mask of one case, or a folder with masks CASE.png of several slices of one volume. \
      The file that is written has the header of the volume, so that any viewer shows the masks in \
      the right position.
      """)

  @Argument(help: "A mask, a PNG or NIfTI slice; or a folder of masks that are named by cases.")
  var mask: String
  @Argument(help: "The folder of the imported data set.") var dataset: String
  @Argument(help: "The id of the case; with a folder, that of the volume or of one of its cases.")
  var id: String
  @Argument(help: "The file to write, .nii.gz.") var out: String
  @Option(help: "The folder of the volumes, if they have moved since the import.")
  var source: String?

  func validate() throws {
    guard out.hasSuffix(".nii.gz") else {
      throw ValidationError("\(out) must end in .nii.gz, the format that is written")
    }
  }

  func run() throws {
    let imported = try ImportedDataset(in: URL(filePath: dataset, directoryHint: .isDirectory))
    let folder = source.map { URL(filePath: $0, directoryHint: .isDirectory) }
    try checkOverwritesNothing(
      out, among: imported.sourceFiles(of: id, source: folder) + [URL(filePath: mask)])
    let bytes = try imported.restored(masks(for: imported), source: folder)
    do { try bytes.write(to: URL(filePath: out), options: .atomic) } catch {
      throw DipperError(.imageUnwritable, "\(out) cannot be written", cause: error)
    }
  }

  /// Reads the masks by the ids of their cases.
  private func masks(for dataset: ImportedDataset) throws -> [String: Mask] {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: mask, isDirectory: &isFolder)
    guard isFolder.boolValue else { return [id: try Mask(contentsOf: URL(filePath: mask))] }
    var masks: [String: Mask] = [:]
    for one in try dataset.cases(ofVolume: id) {
      let file = URL(filePath: mask).appending(path: "\(one).png")
      if FileManager.default.fileExists(atPath: file.path) {
        masks[one] = try Mask(contentsOf: file)
      } else {
        say("the folder \(mask) has no mask of case \(one); its slice stays empty")
      }
    }
    try nameOthers(than: masks)
    guard !masks.isEmpty else {
      throw DipperError(
        .imageUnreadable, "the folder \(mask) has no mask of the cases of \(id), such as CASE.png")
    }
    return masks
  }

  /// Names the masks in the folder that belong to no case of the volume.
  private func nameOthers(than masks: [String: Mask]) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: mask).sorted()
    for name in names where name.hasSuffix(".png") && masks[String(name.dropLast(4))] == nil {
      say("\(mask)/\(name) is the mask of no case of this volume, so it is not used")
    }
  }
}
