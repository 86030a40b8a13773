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
      Example: dipper-worker segment liver.png --markers clicks.json \\
               --model M3.safetensors --out mask.png

      `dipper segment` calls this command. It also reads volumes and other formats, and writes the \
      mask on the image's header.

      A marker file holds the corners of a polygon inside the object, in pixels:
      {"points": [[x, y], [x, y], [x, y]]}
      """)

  @Argument(help: "PNG or NIfTI image of one slice.") var image: String
  @Option(help: "Marker file.") var markers: String
  @Option(help: "Weights of a training job, .safetensors.") var model: String
  @Option(help: "Mask to write, .png, in display order.") var out: String
  @Option(help: "Statistics by which the image is normalised: its own or those of the training.")
  var normalisation = PredictionNormalisation.image

  func run() throws {
    let model = try TrainedModel(decoding: try read(self.model, as: "model"))
    let mask = try model.segment(
      image: try Image(decoding: try read(image, as: "image"), name: image),
      markers: try read(markers, as: "marker file"),
      name: URL(filePath: image).lastPathComponent, normalisation: normalisation)
    do { try mask.encodedPNG().write(to: URL(filePath: out), options: .atomic) } catch {
      throw DipperError(
        .imageUnwritable,
        "cannot write \(out); check that its folder exists and the disk is not full")
    }
  }

  func validate() throws {
    guard out.hasSuffix(".png") else {
      throw ValidationError(
        "--out must end in .png, not \(out); `dipper segment` writes NIfTI on the image's header")
    }
  }

  private func read(_ path: String, as kind: String) throws -> Data {
    do { return try Data(contentsOf: URL(filePath: path)) } catch {
      throw DipperError(.imageUnreadable, "cannot read the \(kind) \(path); check the path")
    }
  }
}

extension PredictionNormalisation: ExpressibleByArgument {}
