import Errors
import Foundation
import Jobs
import Torch

/// A trained VM Net as a safetensors file: parameters, running statistics and, as text, its shape,
/// the geometric information G of its training and the preparation of its images.
enum VMWeights {
  private static let format = "dipper.vm-net.1"

  static func encode(
    _ network: VMNet, geometric: GeometricInput, of job: TrainJob
  ) throws -> Data {
    var file = Safetensors(metadata: [
      "format": format, "method": job.basis.method.rawValue, "geometric": geometric.description,
      "width": "\(job.network.width)", "depth": "\(job.network.depth)",
      "preparation": try text(of: job.basis.preparation),
      "energy": try text(of: StoredEnergy(of: job)),
    ])
    try file.insert(network.parameters + network.buffers)
    return file.encoded()
  }

  /// Reads the network of a weights file and its G, which must be of the expected kind.
  ///
  /// - Throws: `DipperError` of code `weightsInvalid` if the file is damaged or of another kind.
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

  /// Reads the network of a weights file and its G.
  ///
  /// - Throws: `DipperError` of code `weightsInvalid` if the file is damaged or of another kind.
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

  /// Reads the provenance of a weights file: its method, and the preparation and energy of its
  /// images.
  ///
  /// - Throws: `DipperError` of code `weightsInvalid`.
  static func provenance(_ bytes: Data) throws -> (Method, Preparation, EnergyParameters) {
    do {
      let metadata = try Safetensors(decoding: bytes).metadata
      guard let method = metadata["method"].map(Method.init(rawValue:)) else {
        throw DipperError(.weightsInvalid, "the weights do not name their method")
      }
      let decoder = JSONDecoder()
      func value<Value: Decodable>(_ key: String) throws -> Value {
        try decoder.decode(Value.self, from: Data((metadata[key] ?? "").utf8))
      }
      let energy: StoredEnergy = try value("energy")
      return (method, try value("preparation"), energy.parameters)
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
  /// Checks that the arrays are those of the network before the network is created. A damaged file
  /// could otherwise demand a network of terabytes.
  ///
  /// - Throws: `DipperError` of code `weightsInvalid`.
  fileprivate func checkHolds(vmNetOfWidth width: Int, depth: Int) throws {
    var parameters = VMNetParameters()
    parameters.width = width
    parameters.depth = depth
    for (name, shape) in parameters.layout.parameterShapes where entries[name]?.shape != shape {
      throw DipperError(
        .weightsInvalid,
        "the weights of a VM Net of width \(width) and depth \(depth) need an array \(name) of shape "
          + "\(shape), and the file has \(entries[name].map { "one of \($0.shape)" } ?? "none")")
    }
  }
}
