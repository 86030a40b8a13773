import Errors
import Foundation
import Jobs
import Torch

/// A trained VM Net as a safetensors file: parameters, running statistics and, as text, its shape,
/// what G it was trained with and how its images were prepared.
enum VMWeights {
  private static let format = "dipper.vm-net.1"

  static func encode(
    _ network: VMNet, network shape: NetworkParameters, geometric: GeometricInput, of job: Job
  ) throws -> Data {
    var file = Safetensors(metadata: [
      "format": format, "method": job.method.rawValue, "geometric": geometric.description,
      "width": "\(shape.vmWidth)", "depth": "\(shape.vmDepth)",
      "preparation": try text(of: job.preparation), "energy": try text(of: job.energy),
    ])
    try file.insert(network.parameters + network.buffers)
    return file.encoded()
  }

  /// The network in a weights file, and its G, which must be of the kind that is expected.
  ///
  /// - Throws: `DipperError` of code `weightsInvalid` where the file is damaged or of another kind.
  static func decode(
    _ bytes: Data, expecting geometric: GeometricInput, on device: Device
  ) throws -> (network: VMNet, geometric: GeometricInput) {
    let (network, found) = try decode(bytes, on: device)
    guard found.isDistance == geometric.isDistance else {
      throw DipperError(
        .weightsInvalid, "the weights were trained with G = \(found), not \(geometric)")
    }
    return (network, found)
  }

  /// The network in a weights file, and its G.
  ///
  /// - Throws: `DipperError` of code `weightsInvalid` where the file is damaged or of another kind.
  static func decode(
    _ bytes: Data, on device: Device = .cpu
  ) throws -> (network: VMNet, geometric: GeometricInput) {
    do {
      let file = try Safetensors(decoding: bytes)
      guard file.metadata["format"] == format,
        let geometric = file.metadata["geometric"].flatMap({ GeometricInput($0) }),
        let width = file.metadata["width"].flatMap({ Int($0) }), (1...512).contains(width),
        let depth = file.metadata["depth"].flatMap({ Int($0) }), (1...6).contains(depth)
      else { throw DipperError(.weightsInvalid, "the file does not hold the weights of a VM Net") }
      try file.checkHolds(vmNetOfWidth: width, depth: depth)
      let network = try VMNet(
        width: width, depth: depth,
        initial: { count, _ in [Float](repeating: 0, count: count) }, on: device)
      try file.restore(network.parameters + network.buffers)
      return (network, geometric)
    } catch let error as DipperError where error.domain == .torch {
      throw DipperError(.weightsInvalid, "the weights cannot be used", cause: error)
    }
  }

  /// What a weights file says of its training.
  ///
  /// - Throws: `DipperError` of code `weightsInvalid`.
  static func provenance(_ bytes: Data) throws -> (Method, Preparation, EnergyParameters) {
    do {
      let metadata = try Safetensors(decoding: bytes).metadata
      guard let method = metadata["method"].flatMap(Method.init(rawValue:)) else {
        throw DipperError(.weightsInvalid, "the weights do not name their method")
      }
      let decoder = JSONDecoder()
      func value<Value: Decodable>(_ key: String) throws -> Value {
        try decoder.decode(Value.self, from: Data((metadata[key] ?? "").utf8))
      }
      return (method, try value("preparation"), try value("energy"))
    } catch let error as DipperError where error.domain == .segmentation {
      throw error
    } catch {
      throw DipperError(
        .weightsInvalid, "the weights do not say how images are prepared for them", cause: error)
    }
  }

  private static func text(of parameters: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(parameters), as: UTF8.self)
  }
}

extension Safetensors {
  /// Whether the arrays are those that the network has; looked at before a network of terabytes is
  /// made because a damaged file says that it holds one.
  ///
  /// - Throws: `DipperError` of code `weightsInvalid`.
  fileprivate func checkHolds(vmNetOfWidth width: Int, depth: Int) throws {
    var parameters = NetworkParameters()
    (parameters.vmWidth, parameters.vmDepth) = (width, depth)
    for (name, shape) in parameters.vmNet.parameterShapes where entries[name]?.shape != shape {
      throw DipperError(
        .weightsInvalid,
        "the weights of a VM Net of width \(width) and depth \(depth) need an array \(name) of shape "
          + "\(shape), and the file has \(entries[name].map { "one of \($0.shape)" } ?? "none")")
    }
  }
}
