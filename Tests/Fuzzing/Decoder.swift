import Experiments
import Foundation
import Imaging
import Torch
import Wire

/// What reads bytes that somebody else has written.
enum Decoder: String, CaseIterable {
  case workerMessage = "worker-message"
  case coordinatorMessage = "coordinator-message"
  case blobMessage = "blob-message"
  case safetensors
  case configuration
  case dataset
  case markers
  case image

  /// Reads `bytes`, or refuses them with the module's own error; anything else is a finding.
  func read(_ bytes: Data) throws {
    switch self {
    case .workerMessage: try refusing(WireError.self) { _ = try Wire.decodeWorkerMessages(bytes) }
    case .coordinatorMessage:
      try refusing(WireError.self) { _ = try Wire.decodeCoordinatorMessages(bytes) }
    case .blobMessage: try refusing(WireError.self) { _ = try Wire.decodeBlobMessage(bytes) }
    case .safetensors: try refusing(TorchError.self) { _ = try Safetensors(decoding: bytes) }
    case .configuration:
      let text = String(decoding: bytes, as: UTF8.self)
      try refusing(ExperimentError.self) {
        _ = try ExperimentConfiguration(yaml: text, file: "fuzz.yaml")
      }
    case .dataset:
      try refusing(ExperimentError.self) { _ = try DatasetDescriptor(json: bytes, file: "fuzz") }
    case .markers:
      try refusing(ImagingError.self) { _ = try MarkerSet(decoding: bytes, name: "fuzz") }
    case .image:
      try refusing(ImagingError.self) { _ = try Image(decoding: bytes, name: "fuzz") }
      try refusing(ImagingError.self) { _ = try Mask(decoding: bytes, name: "fuzz") }
    }
  }

  private func refusing<Refusal: Error>(_: Refusal.Type, _ body: () throws -> Void) throws {
    do { try body() } catch is Refusal {}
  }
}
