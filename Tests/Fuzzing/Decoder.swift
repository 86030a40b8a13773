import Errors
import Experiments
import Foundation
import Imaging
import Jobs
import Torch
import Volumes
import Wire

/// A reader of foreign bytes: messages, files and configurations.
enum Decoder: String, CaseIterable {
  case workerMessage = "worker-message"
  case coordinatorMessage = "coordinator-message"
  case blobMessage = "blob-message"
  case safetensors
  case configuration
  case dataset
  case markers
  case image
  case niftiVolume = "nifti-volume"
  case nrrd
  case metaImage = "metaimage"
  case tiff
  case jpeg
  case dicom

  /// Reads `bytes`, or throws the module's own error; anything else is a finding.
  func read(_ bytes: Data) throws {
    switch self {
    case .workerMessage: try refusing(.wire) { _ = try Wire.decodeWorkerMessages(bytes) }
    case .coordinatorMessage:
      try refusing(.wire) { _ = try Wire.decodeCoordinatorMessages(bytes) }
    case .blobMessage: try refusing(.wire) { _ = try Wire.decodeBlobMessage(bytes) }
    case .safetensors: try refusing(.torch) { _ = try Safetensors(decoding: bytes) }
    case .configuration:
      let text = String(decoding: bytes, as: UTF8.self)
      try refusing(.experiments) {
        _ = try ExperimentConfiguration(yaml: text, file: "fuzz.yaml")
      }
    case .dataset:
      try refusing(.experiments) { _ = try DatasetDescriptor(json: bytes, file: "fuzz") }
    case .markers:
      try refusing(.imaging) { _ = try MarkerSet(decoding: bytes, name: "fuzz") }
    case .image:
      try refusing(.imaging) { _ = try Image(decoding: bytes, name: "fuzz") }
      try refusing(.imaging) { _ = try Mask(decoding: bytes, name: "fuzz") }
    // All are recognised by their first bytes, so a mutation may turn one into another.
    case .niftiVolume, .nrrd, .metaImage, .tiff, .jpeg, .dicom:
      try refusing(.imaging) { try readVolume(bytes) }
    }
  }

  /// Reads a volume, takes a slice as an import does, and writes a mask in the volume's grid.
  private func readVolume(_ bytes: Data) throws {
    let volume = try VolumeFile(decoding: bytes, name: "fuzz").layers[0]
    guard volume.grid.width * volume.grid.height * volume.grid.sliceCount <= Self.mostVoxels else {
      return
    }
    let slice = volume.slice(volume.grid.sliceCount / 2)
    let inside = Mask(
      width: slice.width, height: slice.height, pixels: slice.pixels.map { $0 > 0 })
    _ = try volume.encodedNIfTI(of: [volume.grid.sliceCount / 2: inside])
  }

  /// The size above which volumes are read but not sliced, which would take most of the time.
  private static let mostVoxels = 1 << 18

  /// Runs `body` and swallows errors of `domain`.
  private func refusing(_ domain: DipperError.Domain, by body: () throws -> Void) throws {
    do { try body() } catch let error as DipperError where error.domain == domain {}
  }
}
