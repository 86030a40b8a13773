import Jobs
import Segmentation
import TestSupport
import Testing
import Torch

/// Compares networks with their descriptions, computed layer by layer, so that what is drawn is
/// what runs.
@Suite(.serialized) struct DescribedNetworkTests {
  private static let vmNets = [
    vmNet(width: 4, depth: 2), vmNet(width: 3, depth: 3), vmNet(width: 2, depth: 1),
  ]
  private static let dipNets = [
    dipNet(width: 6, skip: 2, depth: 2, noise: 3), dipNet(width: 5, skip: 4, depth: 3, noise: 2),
    dipNet(width: 3, skip: 1, depth: 1, noise: 4),
  ]

  private static func vmNet(width: Int, depth: Int) -> VMNetParameters {
    var network = VMNetParameters()
    network.width = width
    network.depth = depth
    return network
  }

  private static func dipNet(
    width: Int, skip: Int, depth: Int, noise: Int
  ) -> DIPNetParameters {
    var network = DIPNetParameters()
    network.width = width
    network.skip = skip
    network.depth = depth
    network.noiseChannels = noise
    return network
  }

  @Test("the VM Net computes what its description says", arguments: vmNets)
  func vmNetMatchesDescription(_ shape: VMNetParameters) throws {
    let net = try VMNet(width: shape.width, depth: shape.depth, initial: source())
    try expect(net, toBe: shape.layout) { try net($0, mode: .batchOnly) }
  }

  @Test("the DIP Net computes what its description says", arguments: dipNets)
  func dipNetMatchesDescription(_ shape: DIPNetParameters) throws {
    let net = try DIPNet(
      channels: shape.noiseChannels, width: shape.width, skip: shape.skip,
      depth: shape.depth, initial: source())
    try expect(net, toBe: shape.layout) { try net($0) }
  }

  /// Returns a source of random weights.
  private func source() -> UniformSource {
    var generator = SeededGenerator(seed: 9)
    return { count, bound in
      (0..<count).map { _ in Float.random(in: -bound...bound, using: &generator) }
    }
  }

  private func expect(
    _ net: some Module, toBe description: NetworkDescription, run: (Tensor) throws -> Tensor
  ) throws {
    let shapes = try net.parameters.map { ($0.name, try $0.tensor.shape()) }
    #expect(Dictionary(uniqueKeysWithValues: shapes) == description.parameterShapes)
    // Scales and shifts differ from 1 and 0, so that a missing one is noticed.
    let draw = source()
    for named in net.parameters where named.name.contains("norm") || named.name.contains("joint") {
      let shape = try named.tensor.shape()
      // They are above 0, so that no ReLU is dead.
      let values = draw(shape[0], 0.5).map { $0 + 0.75 }
      try named.tensor.assign(Tensor.from(values, shape: shape))
    }
    let size = 32
    let input = try Tensor.from(
      draw(2 * description.layers[0].outputs * size * size, 1),
      shape: [2, description.layers[0].outputs, size, size])
    var described = DescribedNetwork(description, weights: Safetensors())
    try described.weights.insert(net.parameters)
    let expected = try run(input).floats()
    let found = try described.run(input).floats()
    #expect(found.count == expected.count)
    #expect(Set(expected).count > expected.count / 2)
    let error = zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
    #expect(error < 1e-5, "off by \(error)")
  }
}

/// Computes a network from its description with plain layers.
private struct DescribedNetwork {
  let description: NetworkDescription
  var weights: Safetensors
  private var outputs: [String: Tensor] = [:]

  init(_ description: NetworkDescription, weights: Safetensors) {
    self.description = description
    self.weights = weights
  }

  mutating func run(_ input: Tensor) throws -> Tensor {
    outputs["input"] = input
    let size = try input.shape()[2]
    for layer in description.layers.dropFirst() {
      let output = try compute(layer, sources: layer.sources.map { outputs[$0]! })
      #expect(
        try output.shape() == [2, layer.outputs, size >> layer.halvings, size >> layer.halvings])
      outputs[layer.name] = output
    }
    return outputs[description.layers.last!.name]!
  }

  private func compute(_ layer: NetworkDescription.Layer, sources: [Tensor]) throws -> Tensor {
    switch layer.kind {
    case .input: return sources[0]
    case .maxPooling: return try sources[0].maxPooled(2)
    case .sigmoid: return try sources[0].sigmoid()
    case .junction(let isNormalised):
      let joined = try sources[0].concatenated(withUpsampled: sources[1])
      return isNormalised
        ? try normalised(joined, name: layer.name, channels: layer.outputs, slope: 1) : joined
    case .convolution(let convolution):
      let name = convolution.slope == nil ? layer.name : layer.name + ".conv"
      let conv = try Conv2d(
        name: name, input: layer.inputs, output: layer.outputs, kernel: convolution.kernel,
        stride: convolution.stride,
        padding: convolution.padding == .reflection ? .reflection : .zeros,
        initial: { count, _ in [Float](repeating: 0, count: count) })
      try weights.restore(conv.parameters)
      let raw = try conv(sources[0])
      guard let slope = convolution.slope else { return raw }
      return try normalised(
        raw, name: layer.name + ".norm", channels: layer.outputs, slope: slope)
    }
  }

  private func normalised(
    _ input: Tensor, name: String, channels: Int, slope: Double
  ) throws -> Tensor {
    let norm = try BatchNorm2d(name: name, channels: channels)
    try weights.restore(norm.parameters)
    return try BatchNormReLU(norm, slope: slope, mode: .batchOnly)(input)
  }
}
