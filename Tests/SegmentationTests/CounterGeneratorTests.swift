import Foundation
import Segmentation
import Testing
import Torch

struct CounterGeneratorTests {
  private let generator = CounterGenerator(seed: 7)

  @Test("Philox gives the published test vectors")
  func philoxGivesTestVectors() {
    // These are the known answers of Random123 for Philox 4x32-10.
    #expect(
      Philox.block(SIMD4(0, 0, 0, 0), seed: 0)
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      Philox.block(SIMD4(repeating: .max), seed: .max)
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
  }

  @Test("uniform numbers fill their range")
  func uniformsFillRange() {
    let values = generator.uniforms(100_000, from: 0, to: 0.1, stream: .fixedNoise)
    #expect(values.allSatisfy { (0..<0.1).contains($0) })
    let mean = values.reduce(0, +) / 100_000
    #expect(abs(mean - 0.05) < 0.001)
  }

  @Test("normal numbers have their standard deviation")
  func normalsHaveDeviation() {
    let values = generator.normals(100_001, deviation: 0.01, stream: .epochNoise)
    let mean = values.reduce(0, +) / 100_001
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100_001
    #expect(abs(mean) < 2e-4)
    #expect(abs(variance.squareRoot() - 0.01) < 1e-4)
    let far = values.filter { abs($0) > 0.02 }.count
    #expect((4000...5100).contains(far), "4.55 % lie beyond two deviations")
  }

  @Test("normal numbers agree with Box and Muller in double precision")
  func normalsAgreeWithBoxMuller() {
    let seed: UInt64 = 0x1234_5678_9ABC_DEF0
    let drawn = CounterGenerator(seed: seed).normals(
      40_003, deviation: 1, stream: .epochNoise, case: 5, step: 9)
    var worst = 0.0
    for index in drawn.indices {
      let words = Philox.block(SIMD4(UInt32(index / 4), 0, 5 << 4 | 3, 9), seed: seed)
      let pair = index % 4 / 2 * 2
      let radius = (-2 * log((Double(words[pair] >> 8) + 1) * 0x1p-24)).squareRoot()
      let angle = 2 * Double.pi * Double(words[pair + 1] >> 8) * 0x1p-24
      let expected = radius * (index % 2 == 0 ? cos(angle) : sin(angle))
      worst = max(worst, abs(Double(drawn[index]) - expected))
    }
    #expect(worst < 2e-6, "\(worst)")
  }

  @Test("every counter has its own numbers")
  func countersAreIndependent() {
    let draws = [(0, 0), (0, 1), (1, 0), (16, 0)].map { counter in
      generator.normals(
        64, deviation: 1, stream: .epochNoise, case: counter.0, step: counter.1)
    }
    #expect(Set(draws).count == draws.count)
    #expect(
      generator.uniforms(8, from: 0, to: 1, stream: .weights)
        != generator.uniforms(8, from: 0, to: 1, stream: .fixedNoise))
    #expect(draws[1] == generator.normals(64, deviation: 1, stream: .epochNoise, step: 1))
    #expect(
      draws[0] != CounterGenerator(seed: 8).normals(64, deviation: 1, stream: .epochNoise))
  }

  @Test("a shorter draw is the beginning of a longer one")
  func drawsArePrefixes() {
    let long = generator.uniforms(103, from: -1, to: 1, stream: .weights, case: 3)
    #expect(
      Array(long[..<10]) == generator.uniforms(10, from: -1, to: 1, stream: .weights, case: 3))
  }
}

extension CounterGenerator {
  fileprivate func normals(
    _ count: Int, deviation: Float, stream: Stream, case: Int = 0, step: Int = 0
  ) -> [Float] {
    var values = [Float](repeating: 0, count: count)
    values.withUnsafeMutableBufferPointer {
      fill($0, deviation: deviation, stream: stream, case: `case`, step: step)
    }
    return values
  }
}
