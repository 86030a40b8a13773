import Errors
import Expectations
import Foundation
import TestSupport
import Testing
import Torch

@Suite("Safetensors files")
struct SafetensorsTests {
  private let file = Safetensors(
    entries: [
      "b.weight": .init(shape: [2, 1], values: [1, -2.5]), "a": .init(shape: [], values: [7]),
      "empty": .init(shape: [0, 3], values: []),
    ],
    metadata: ["format": "test", "text": "with \"quotes\" and ü"])

  @Test("decoding an encoded file gives the same contents and bytes")
  func roundTrips() throws {
    let bytes = file.encoded()
    #expect(try Safetensors(decoding: bytes) == file)
    #expect(try Safetensors(decoding: bytes).encoded() == bytes)
  }

  @Test("every truncated file is refused")
  func refusesTruncation() {
    let bytes = file.encoded()
    for length in 0..<bytes.count {
      expectError(in: .torch) { try Safetensors(decoding: bytes.prefix(length)) }
    }
    expectError(in: .torch) { try Safetensors(decoding: bytes + Data([0])) }
  }

  @Test("mutated files are read or refused and never trap")
  func survivesMutation() throws {
    let bytes = file.encoded()
    var generator = SeededGenerator(seed: 1)
    var refused = 0
    for _ in 0..<20_000 {
      do {
        let read = try Safetensors(decoding: generator.mutated(bytes))
        for entry in read.entries.values {
          #expect(entry.values.count == entry.shape.reduce(1, *))
        }
      } catch let error as DipperError where error.code == .safetensorsInvalid { refused += 1 }
    }
    #expect(refused > 5000)
  }

  @Test("restoring names the tensor that is missing or has another shape")
  func namesMismatch() throws {
    let tensor = try Tensor.from([0, 0], shape: [2])
    let missing = expectError(in: .torch) {
      try file.restore([NamedTensor(name: "c", tensor: tensor)])
    }
    #expect(missing?.message.contains("c") == true)
    let shape = expectError(in: .torch) {
      try file.restore([NamedTensor(name: "b.weight", tensor: tensor)])
    }
    #expect(shape?.message.contains("[2, 1]") == true)
  }
}
