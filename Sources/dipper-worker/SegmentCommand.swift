import ArgumentParser
import Errors
import Foundation
import Imaging
import Jobs
import Segmentation

struct SegmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "segment", abstract: "Segment one image with a trained model, in this process.",
    discussion: """
      Example: dipper-worker segment liver.nii.gz --markers clicks.json \\
               --model M3.safetensors --out mask.nii.gz

      A marker file holds the corners of a polygon inside the object, in pixels:
      {"points": [[x, y], [x, y], [x, y]]}
      """)

  @Argument(help: "PNG or NIfTI image.") var image: String
  @Option(help: "Marker file.") var markers: String
  @Option(help: "Weights of a training job, .safetensors.") var model: String
  @Option(help: "Mask to write on the image's grid: .png, .nii or .nii.gz.") var out: String
  @Option(help: "Statistics by which the image is normalised: its own or those of the training.")
  var normalisation = PredictionNormalisation.image

  func run() throws {
    let model = try TrainedModel(decoding: try read(self.model, as: "model"))
    let mask = try model.segment(
      image: try read(image, as: "image"), markers: try read(markers, as: "marker file"),
      name: URL(filePath: image).lastPathComponent, normalisation: normalisation)
    let bytes = try encode(mask)
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

  private func read(_ path: String, as kind: String) throws -> Data {
    do { return try Data(contentsOf: URL(filePath: path)) } catch {
      throw DipperError(.imageUnreadable, "cannot read the \(kind) \(path); check the path")
    }
  }

  private func encode(_ mask: Mask) throws -> Data {
    if out.hasSuffix(".png") { return try mask.encodedPNG() }
    return try mask.encodedNIfTI(compressed: out.hasSuffix(".gz"))
  }
}

extension PredictionNormalisation: ExpressibleByArgument {}
