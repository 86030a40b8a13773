import Experiments
import Foundation
import Torch

/// A trained VM Net as a safetensors file: parameters, running statistics and, as text, its shape
/// and what G it was trained with.
enum VMWeights {
  private static let format = "dipper.vm-net.1"

  static func encode(
    _ network: VMNet, network shape: NetworkParameters, geometric: GeometricInput, method: Method
  ) throws -> Data {
    var file = Safetensors(metadata: [
      "format": format, "method": method.rawValue, "geometric": geometric.rawValue,
      "width": "\(shape.vmWidth)", "depth": "\(shape.vmDepth)",
    ])
    try file.insert(network.parameters + network.buffers)
    return file.encoded()
  }

  /// The network in a weights file.
  ///
  /// - Throws: `SegmentationError` of code `input` where the file is damaged or of another kind.
  static func decode(_ bytes: Data, expecting geometric: GeometricInput) throws -> VMNet {
    let (network, found) = try decode(bytes)
    guard found == geometric else {
      throw SegmentationError(
        .input, "the weights were trained with G = \(found.rawValue), not \(geometric.rawValue)")
    }
    return network
  }

  /// The network in a weights file, and its G.
  ///
  /// - Throws: `SegmentationError` of code `input` where the file is damaged or of another kind.
  static func decode(_ bytes: Data) throws -> (network: VMNet, geometric: GeometricInput) {
    do {
      let file = try Safetensors(decoding: bytes)
      guard file.metadata["format"] == format,
        let geometric = file.metadata["geometric"].flatMap(GeometricInput.init(rawValue:)),
        let width = file.metadata["width"].flatMap({ Int($0) }), (1...1024).contains(width),
        let depth = file.metadata["depth"].flatMap({ Int($0) }), (1...8).contains(depth)
      else { throw SegmentationError(.input, "the file does not hold the weights of a VM Net") }
      let network = try VMNet(
        width: width, depth: depth,
        initial: { count, _ in
          [Float](repeating: 0, count: count)
        })
      try file.restore(network.parameters + network.buffers)
      return (network, geometric)
    } catch let error as TorchError {
      throw SegmentationError(.input, "the weights cannot be used", cause: error)
    }
  }
}
