import Foundation
import Testing
import Torch

struct SafetensorsTests {
  private let file = Safetensors(
    entries: [
      "b.weight": .init(shape: [2, 1], values: [1, -2.5]), "a": .init(shape: [], values: [7]),
      "empty": .init(shape: [0, 3], values: []),
    ],
    metadata: ["format": "test", "text": "with \"quotes\" and ü"])

  @Test func whatIsWrittenIsRead() throws {
    let bytes = file.encoded()
    #expect(try Safetensors(decoding: bytes) == file)
    #expect(try Safetensors(decoding: bytes).encoded() == bytes)
  }

  @Test func everyTruncationIsRefused() {
    let bytes = file.encoded()
    for length in 0..<bytes.count {
      #expect(throws: TorchError.self) { try Safetensors(decoding: bytes.prefix(length)) }
    }
    #expect(throws: TorchError.self) { try Safetensors(decoding: bytes + Data([0])) }
  }

  @Test func mutatedFilesAreReadOrRefusedButNeverTrap() {
    let bytes = file.encoded()
    var state: UInt64 = 1
    for _ in 0..<5000 {
      var mutated = bytes
      for _ in 0..<3 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        mutated[Int(state >> 33) % mutated.count] = UInt8(truncatingIfNeeded: state >> 24)
      }
      _ = try? Safetensors(decoding: mutated)
    }
  }

  @Test func restoringNamesWhatDoesNotFit() throws {
    let tensor = try Tensor.from([0, 0], shape: [2])
    let missing = #expect(throws: TorchError.self) {
      try file.restore([NamedTensor(name: "c", tensor: tensor)])
    }
    #expect(missing?.message.contains("c") == true)
    let shape = #expect(throws: TorchError.self) {
      try file.restore([NamedTensor(name: "b.weight", tensor: tensor)])
    }
    #expect(shape?.message.contains("[2, 1]") == true)
  }
}
