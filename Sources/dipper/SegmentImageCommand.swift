import ArgumentParser
import Errors
import Foundation
import Imaging
import Volumes

/// The command `segment`. It reads the image and writes the mask on its header; the worker program
/// computes the mask, because `dipper` links no LibTorch.
struct SegmentImageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "segment", abstract: "Segment one image with a trained model.",
    discussion: """
      Example: dipper segment liver.nii.gz --markers clicks.json --model M3.safetensors \\
               --out mask.nii.gz

      A marker file holds the corners of a polygon inside the object, in pixels of the displayed \
      slice: {"points": [[x, y], [x, y], [x, y]]}

      A NIfTI mask has the image's header: its size, spacing, orientation and position. Other slices \
      of a volume are empty in it.
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
  @Option(help: "Statistics by which the image is normalised; see `dipper-worker segment --help`.")
  var normalisation: String?

  func validate() throws {
    guard [".png", ".nii", ".nii.gz"].contains(where: out.hasSuffix) else {
      throw ValidationError("--out must end in .png, .nii or .nii.gz, not \(out)")
    }
  }

  func run() throws {
    let files = try imageFiles()
    try checkOverwritesNothing(out, among: files + [markers, model].map { URL(filePath: $0) })
    var volume = try Volume(contentsOf: files)
    if let plane = plane.plane { volume = volume.cut(plane) }
    for remark in volume.remarks { say("\(image): \(remark)") }
    if let shown = volume.grid.plane, shown != .axial, plane == .acquired {
      say("\(image): its slices are \(shown), as acquired")
    }
    let index = try sliceIndex(in: volume.grid)
    let mask = try computedMask(of: volume.finiteSlice(index, name: image))
    let bytes = try encode(mask, at: index, in: volume)
    do { try bytes.write(to: URL(filePath: out), options: .atomic) } catch {
      throw DipperError(
        .imageUnwritable,
        "cannot write \(out); check that its folder exists and the disk is not full", cause: error)
    }
  }

  private func encode(_ mask: Mask, at index: Int, in volume: Volume) throws -> Data {
    if out.hasSuffix(".png") { return try mask.encodedPNG() }
    return try volume.encodedNIfTI(of: [index: mask], compressed: out.hasSuffix(".gz"))
  }

  /// Returns the image's file, or the files of its folder.
  private func imageFiles() throws -> [URL] {
    let path = URL(filePath: image)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: image, isDirectory: &isFolder) else {
      throw DipperError(.imageUnreadable, "cannot read the image \(image); check the path")
    }
    guard isFolder.boolValue else { return [path] }
    let names = try FileManager.default.contentsOfDirectory(atPath: image).sorted()
      .filter { !$0.hasPrefix(".") }
    guard !names.isEmpty else {
      throw DipperError(.imageUnreadable, "the folder \(image) is empty; give one of DICOM slices")
    }
    return names.map { path.appending(path: $0) }
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

  /// Computes the mask of a slice by the worker program.
  private func computedMask(of image: Image) throws -> Mask {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "dipper-segment-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // The worker names the file in its errors.
    let slice = folder.appending(path: "\(URL(filePath: self.image).lastPathComponent).nii")
    try image.encodedNIfTI(compressed: false).write(to: slice)
    let result = folder.appending(path: "mask.png")
    let worker = Process()
    worker.executableURL = try siblingProgram("dipper-worker")
    worker.arguments =
      ["segment", slice.path, "--markers", markers, "--model", model, "--out", result.path]
      + (normalisation.map { ["--normalisation", $0] } ?? [])
    try worker.run()
    worker.waitUntilExit()
    // The worker has said why.
    guard worker.terminationStatus == 0 else { throw ExitCode(worker.terminationStatus) }
    return try Mask(contentsOf: result)
  }
}

extension PlaneChoice: ExpressibleByArgument {}
