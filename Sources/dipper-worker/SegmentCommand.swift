import ArgumentParser
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

  @Argument(help: "A PNG or NIfTI image.") var image: String
  @Option(help: "The marker file.") var markers: String
  @Option(help: "The weights that a training job left, .safetensors.") var model: String
  @Option(help: "The mask to write: .png, .nii or .nii.gz, on the image's grid.") var out: String
  @Option(help: "Normalise by the image's own statistics or those of the training.")
  var normalisation = PredictionNormalisation.image

  func run() throws {
    let target = URL(filePath: out)
    let model = try TrainedModel(decoding: try read(self.model, "model"))
    let mask = try model.segment(
      image: try read(image, "image"), markers: try read(markers, "marker file"),
      name: URL(filePath: image).lastPathComponent, normalisation: normalisation)
    let bytes = try encode(mask)
    do { try bytes.write(to: target, options: .atomic) } catch {
      throw ImagingError(
        .unwritable, "cannot write \(out); is its folder there, and is the disk full?")
    }
  }

  func validate() throws {
    guard [".png", ".nii", ".nii.gz"].contains(where: out.hasSuffix) else {
      throw ValidationError("--out must end in .png, .nii or .nii.gz, not \(out)")
    }
  }

  private func read(_ path: String, _ what: String) throws -> Data {
    do { return try Data(contentsOf: URL(filePath: path)) } catch {
      throw ImagingError(.unreadable, "cannot read the \(what) \(path); is the path right?")
    }
  }

  private func encode(_ mask: Mask) throws -> Data {
    if out.hasSuffix(".png") { return try mask.encodedPNG() }
    return try mask.encodedNIfTI(compressed: out.hasSuffix(".gz"))
  }
}

extension PredictionNormalisation: ExpressibleByArgument {}
