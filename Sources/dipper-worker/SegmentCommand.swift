import ArgumentParser
import Errors
import Foundation
import Imaging
import Jobs
import Segmentation
import Volumes

struct SegmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "segment", abstract: "Segment one image with a trained model, in this process.",
    discussion: """
      Example: dipper-worker segment liver.nii.gz --markers clicks.json \\
               --model M3.safetensors --out mask.nii.gz

      A marker file holds the corners of a polygon inside the object, in pixels of the displayed \
      slice: {"points": [[x, y], [x, y], [x, y]]}

      A NIfTI mask has the image's header: its size, spacing, orientation and position.
      """)

  @Argument(
    help: "The image: a file of any format that `dipper data import` reads, or a DICOM folder.")
  var image: String
  @Option(help: "Marker file.") var markers: String
  @Option(help: "Weights of a training job, .safetensors.") var model: String
  @Option(help: "Mask to write on the image's grid: .nii or .nii.gz, or .png for the slice alone.")
  var out: String
  @Option(help: "The slice of a volume, counted from 0 as in dataset.json.") var slice: Int?
  @Option(help: "The plane of the slices: acquired, axial, coronal or sagittal.")
  var plane = PlaneChoice.acquired
  @Option(help: "Statistics by which the image is normalised: its own or those of the training.")
  var normalisation = PredictionNormalisation.image

  func run() throws {
    let model = try TrainedModel(decoding: try read(self.model, as: "model"))
    var volume = try Volume(contentsOf: imageFiles())
    if let plane = plane.plane { volume = volume.cut(plane) }
    for remark in volume.remarks { say("\(image): \(remark)") }
    let index = try sliceIndex(in: volume.grid)
    let mask = try model.segment(
      image: try volume.finiteSlice(index, name: image),
      markers: try read(markers, as: "marker file"), name: URL(filePath: image).lastPathComponent,
      normalisation: normalisation)
    let bytes = try encode(mask, at: index, in: volume)
    do { try bytes.write(to: URL(filePath: out), options: .atomic) } catch {
      throw DipperError(
        .imageUnwritable,
        "cannot write \(out); check that its folder exists and the disk is not full")
    }
  }

  func validate() throws {
    guard [".png", ".nii", ".nii.gz"].contains(where: out.hasSuffix) else {
      throw ValidationError("--out must end in .png, .nii or .nii.gz, not \(out)")
    }
  }

  /// Returns the image's file, or the files of its folder.
  private func imageFiles() throws -> [URL] {
    let path = URL(filePath: image)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: image, isDirectory: &isFolder) else {
      throw DipperError(.imageUnreadable, "cannot read the image \(image); check the path")
    }
    guard isFolder.boolValue else { return [path] }
    return try FileManager.default.contentsOfDirectory(atPath: image).sorted()
      .filter { !$0.hasPrefix(".") }.map { path.appending(path: $0) }
  }

  private func sliceIndex(in grid: VolumeGrid) throws -> Int {
    let index = slice ?? 0
    guard slice != nil || grid.sliceCount == 1 else {
      throw DipperError(
        .imageUnsupported, "\(image) has \(grid.sliceCount) slices; choose one by --slice N")
    }
    guard (0..<grid.sliceCount).contains(index) else {
      throw DipperError(
        .imageUnsupported, "\(image) has no slice \(index), but 0 to \(grid.sliceCount - 1)")
    }
    return index
  }

  private func read(_ path: String, as kind: String) throws -> Data {
    do { return try Data(contentsOf: URL(filePath: path)) } catch {
      throw DipperError(.imageUnreadable, "cannot read the \(kind) \(path); check the path")
    }
  }

  private func encode(_ mask: Mask, at index: Int, in volume: Volume) throws -> Data {
    if out.hasSuffix(".png") { return try mask.encodedPNG() }
    return try volume.encodedNIfTI(of: [index: mask], compressed: out.hasSuffix(".gz"))
  }
}

/// Writes a line to standard error.
private func say(_ line: String) {
  FileHandle.standardError.write(Data((line + "\n").utf8))
}

extension PredictionNormalisation: ExpressibleByArgument {}
extension PlaneChoice: ExpressibleByArgument {}
