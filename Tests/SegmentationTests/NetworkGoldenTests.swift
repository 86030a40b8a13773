import Foundation
import Imaging
import Segmentation
import Testing
import Torch
import Variational

/// Compares networks, losses and three Adam steps with PyTorch, by the golden numbers of
/// `Scripts/golden.d/networks.py`.
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
    try golden.restore(prefixed(by: "vm.", vm.parameters + vm.buffers))
    try golden.restore(prefixed(by: "dip.", dip.parameters + dip.buffers))
  }

  private func prefixed(by prefix: String, _ tensors: [NamedTensor]) -> [NamedTensor] {
    tensors.map { NamedTensor(name: prefix + $0.name, tensor: $0.tensor) }
  }

  private func values(_ name: String) throws -> [Float] {
    try #require(golden.entries[name]).values
  }

  private func tensor(_ name: String) throws -> Tensor {
    let entry = try #require(golden.entries[name])
    return try Tensor.from(entry.values, shape: entry.shape)
  }

  /// Returns the largest deviation relative to the largest golden value.
  private func error(of found: [Float], from name: String) throws -> Float {
    let expected = try values(name)
    #expect(found.count == expected.count)
    let scale = expected.reduce(0) { max($0, abs($1)) }
    return zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
  }

  /// Makes two cases of 16 x 16 pixels of the golden fields; the second input channel is the
  /// distance.
  private func batch() throws -> CaseBatch {
    func image(_ values: ArraySlice<Float>) -> Image {
      Image(width: 16, height: 16, pixels: Array(values))
    }
    let input = try values("input")
    let data = try values("data_term")
    let edge = try values("edge")
    let cases = (0..<2).map { index in
      PreparedCase(
        image: image(input[(512 * index)..<(512 * index + 256)]),
        markers: Mask(width: 16, height: 16, pixels: [Bool](repeating: true, count: 256)),
        distance: image(input[(512 * index + 256)..<(512 * index + 512)]),
        dataTerm: image(data[(256 * index)..<(256 * index + 256)]),
        edge: image(edge[(256 * index)..<(256 * index + 256)]),
        region: RegionOfInterest(wholeOf: 16, height: 16), originalWidth: 16, originalHeight: 16,
        originalSpacing: .unknown)
    }
    return try CaseBatch(cases, geometric: .distance, on: .cpu)
  }

  /// Returns the golden noise of both cases, pixel by pixel.
  private func noise() throws -> [[Float]] {
    let planes = try values("noise")
    return (0..<2).map { image in
      (0..<768).map { planes[image * 768 + $0 % 3 * 256 + $0 / 3] }
    }
  }

  private func combined() throws -> CombinedObjective {
    CombinedObjective(
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
      try adam.step()
      adam.countStep()
      losses.append(try loss.item())
    }
    return losses + [try objective.loss().total.item()]
  }

  @Test("the VM Net's forward pass agrees with PyTorch")
  func vmNetAgreesWithPyTorch() throws {
    let running = try vm(tensor("input"), mode: .running).floats()
    let batch = try vm(tensor("input"), mode: .batchOnly).floats()
    #expect(try error(of: batch, from: "vm_output") <= 1e-4)
    // The golden running statistics are those after one batch.
    _ = try vm(tensor("input"), mode: .batch)
    let after = try vm(tensor("input"), mode: .running).floats()
    #expect(try error(of: after, from: "vm_output_running") <= 1e-4)
    #expect(running != after)
  }

  @Test("the DIP Net's forward pass agrees with PyTorch")
  func dipNetAgreesWithPyTorch() throws {
    #expect(try error(of: dip(tensor("noise")).floats(), from: "dip_output") <= 1e-4)
  }

  @Test("both losses agree with PyTorch")
  func lossesAgreeWithPyTorch() throws {
    let regularised = VariationalObjective(network: vm, batch: try batch(), mu: 0.2)
    #expect(try error(of: [regularised.loss().total.item()], from: "loss3") <= 1e-4)
    #expect(try error(of: [combined().loss().total.item()], from: "loss2") <= 1e-4)
  }

  @Test("three Adam steps on equation (3) agree with PyTorch")
  func stepsOnRegularisedLossAgree() throws {
    let objective = VariationalObjective(network: vm, batch: try batch(), mu: 0.2)
    #expect(try error(of: adamSteps(objective), from: "m1_losses") <= 1e-4)
    #expect(try error(of: outputWeight(vm), from: "m1_output_weight") <= 1e-4)
  }

  @Test("three Adam steps on equation (2) agree with PyTorch")
  func stepsOnCombinedLossAgree() throws {
    #expect(try error(of: adamSteps(combined()), from: "m3_losses") <= 1e-4)
    #expect(try error(of: outputWeight(vm), from: "m3_output_weight") <= 1e-4)
    #expect(try error(of: outputWeight(dip), from: "m3_dip_output_weight") <= 1e-4)
  }

  private func outputWeight(_ network: some Module) throws -> [Float] {
    try #require(network.parameters.first { $0.name == "output.weight" }).tensor.floats()
  }
}
