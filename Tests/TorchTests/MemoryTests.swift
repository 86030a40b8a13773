import Foundation
import Testing
import Torch

@Suite("CPU memory of tensors", .serialized)
struct MemoryTests {
  /// Returns the resident memory of this process in bytes.
  private func resident() throws -> Int {
    let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(
      separator: " ")
    return try #require(Int(fields[1])) * Int(getpagesize())
  }

  @Test("memory is reused within a run and given back after it")
  func reusesMemory() throws {
    // Loads the parts of LibTorch that the test uses, which count as resident memory too.
    _ = try TorchRuntime.configured(threads: 1) {
      try Tensor.filled(1, shape: [64]).affine(scale: 2).mean().item()
    }
    let before = try resident()
    let shape = [1, 64, 512, 512]  // 67 MB
    try TorchRuntime.configured(threads: 1) {
      let one = try Tensor.filled(1, shape: shape)
      for _ in 0..<20 { _ = try one.affine(scale: 2) }
      #expect(try resident() - before < 3 * 67_200_000, "20 results share one block")
      #expect(try one.affine(scale: 2).mean().item() == 2)
    }
    #expect(try resident() - before < 40_000_000)
  }

  @Test("a tensor that outlives its run stays valid")
  func keepsLiveTensors() throws {
    let kept = try TorchRuntime.configured(threads: 1) {
      try Tensor.filled(3, shape: [1, 16, 256, 256])
    }
    let other = try TorchRuntime.configured(threads: 1) {
      try Tensor.filled(5, shape: [1, 16, 256, 256]).sum()
    }
    #expect(try kept.mean().item() == 3)
    #expect(try other.item() == 5 * 16 * 256 * 256)
  }
}
