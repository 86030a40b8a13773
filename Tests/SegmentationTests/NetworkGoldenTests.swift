import Foundation
import Imaging
import Segmentation
import Testing
import Torch
import Variational

/// Both networks, both losses and three Adam steps against PyTorch: Scripts/golden.d/networks.py.
@Suite(.serialized) struct NetworkGoldenTests {
  private let golden: Safetensors
  private let vm: VMNet
  private let dip: DIPNet

  init() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/networks/networks.safetensors")
    golden = try Safetensors(decoding: Data(contentsOf: file))
    let zeros: UniformSource = { count, _ in [Float](repeating: 0, count: count) }
    vm = try VMNet(width: 4, depth: 2, initial: zeros)
    dip = try DIPNet(channels: 3, width: 4, skip: 2, depth: 2, initial: zeros)
    try golden.restore(prefixed("vm.", vm.parameters + vm.buffers))
    try golden.restore(prefixed("dip.", dip.parameters + dip.buffers))
  }

  private func prefixed(_ prefix: String, _ tensors: [NamedTensor]) -> [NamedTensor] {
    tensors.map { NamedTensor(name: prefix + $0.name, tensor: $0.tensor) }
  }

  private func values(_ name: String) throws -> [Float] {
    try #require(golden.entries[name]).values
  }

  private func tensor(_ name: String) throws -> Tensor {
    let entry = try #require(golden.entries[name])
    return try Tensor.from(entry.values, shape: entry.shape)
  }

  /// Largest deviation relative to the largest golden value.
  private func error(_ found: [Float], _ name: String) throws -> Float {
    let expected = try values(name)
    #expect(found.count == expected.count)
    let scale = expected.reduce(0) { max($0, abs($1)) }
    return zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
  }

  /// The golden fields as two cases of 16 x 16; the second input channel is the distance.
  private func batch() throws -> CaseBatch {
    func image(_ values: ArraySlice<Float>) -> Image {
      Image(width: 16, height: 16, pixels: Array(values))
    }
    let (input, data, edge) = try (values("input"), values("data_term"), values("edge"))
    let cases = (0..<2).map { index in
      PreparedCase(
        image: image(input[(512 * index)..<(512 * index + 256)]),
        markers: Mask(width: 16, height: 16, pixels: [Bool](repeating: true, count: 256)),
        distance: image(input[(512 * index + 256)..<(512 * index + 512)]),
        dataTerm: image(data[(256 * index)..<(256 * index + 256)]),
        edge: image(edge[(256 * index)..<(256 * index + 256)]),
        region: RegionOfInterest(wholeOf: 16, height: 16), originalWidth: 16, originalHeight: 16,
        originalSpacing: .unit)
    }
    return try CaseBatch(cases, geometric: .distance, on: .cpu)
  }

  /// The golden noise of both cases, pixel by pixel.
  private func noise() throws -> [[Float]] {
    let planes = try values("noise")
    return (0..<2).map { image in
      (0..<768).map { planes[image * 768 + $0 % 3 * 256 + $0 / 3] }
    }
  }

  private func combined() throws -> CombinedObjective {
    return CombinedObjective(
      network: vm, prior: dip, noise: try NoiseInput(fixed: noise(), channels: 3, size: 16),
      batch: try batch(), similarity: 0.5)
  }

  private func adamSteps(_ objective: some Objective) throws -> [Float] {
    let adam = try Adam(objective.parameters, rate: 1e-3)
    var losses: [Float] = []
    for epoch in 0..<3 {
      try adam.clearGradients()
      try objective.prepare(epoch: epoch)
      let loss = try objective.loss().total
      try loss.backward()
      try adam.move()
      adam.noteStep()
      losses.append(try loss.item())
    }
    return losses + [try objective.loss().total.item()]
  }

  @Test func theForwardPassOfTheVMNetIsPyTorchs() throws {
    let running = try vm(tensor("input"), mode: .running).floats()
    let batch = try vm(tensor("input"), mode: .batchOnly).floats()
    #expect(try error(batch, "vm_output") <= 1e-4)
    // The golden running statistics have seen one batch.
    _ = try vm(tensor("input"), mode: .batch)
    let after = try vm(tensor("input"), mode: .running).floats()
    #expect(try error(after, "vm_output_running") <= 1e-4)
    #expect(running != after)
  }

  @Test func theForwardPassOfTheDIPNetIsPyTorchs() throws {
    #expect(try error(dip(tensor("noise")).floats(), "dip_output") <= 1e-4)
  }

  @Test func bothLossesArePyTorchs() throws {
    let regularised = VariationalObjective(network: vm, batch: try batch(), mu: 0.2)
    #expect(try error([regularised.loss().total.item()], "loss3") <= 1e-4)
    #expect(try error([combined().loss().total.item()], "loss2") <= 1e-4)
  }

  @Test func threeAdamStepsOnLoss3ArePyTorchs() throws {
    let objective = VariationalObjective(network: vm, batch: try batch(), mu: 0.2)
    #expect(try error(adamSteps(objective), "m1_losses") <= 1e-4)
    #expect(try error(outputWeight(vm), "m1_output_weight") <= 1e-4)
  }

  @Test func threeAdamStepsOnLoss2ArePyTorchs() throws {
    #expect(try error(adamSteps(combined()), "m3_losses") <= 1e-4)
    #expect(try error(outputWeight(vm), "m3_output_weight") <= 1e-4)
    #expect(try error(outputWeight(dip), "m3_dip_output_weight") <= 1e-4)
  }

  private func outputWeight(_ network: some Layer) throws -> [Float] {
    try #require(network.parameters.first { $0.name == "output.weight" }).tensor.floats()
  }
}
