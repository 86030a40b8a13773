import Errors
import Expectations
import Testing
import Torch

@Suite("Tensors")
struct TensorTests {
  @Test("values come back as they went in")
  func keepsValues() throws {
    let tensor = try Tensor.from([1, 2, 3, 4, 5, 6], shape: [2, 3])
    #expect(try tensor.shape() == [2, 3])
    #expect(try tensor.floats() == [1, 2, 3, 4, 5, 6])
    #expect(try tensor.channelsLastRoundTrip() == tensor.floats())
  }

  @Test("shapes that do not fit together are errors")
  func refusesShapes() throws {
    let two = try Tensor.from([1, 2], shape: [2])
    let three = try Tensor.from([1, 2, 3], shape: [3])
    let error = expectError(in: .torch) { try two + three }
    #expect(error?.message.contains("size") == true)
    expectError(in: .torch) { try Tensor.from([1], shape: [2, 2]) }
    expectError(in: .torch) { try three.item() }
    expectError(in: .torch) { try two.gradient() }
    expectError(in: .torch) { try two.maxPooled(2) }
    expectError(in: .torch) { try two.narrowed(axis: 0, from: 1, length: 5) }
  }

  @Test("gradients follow the chain rule")
  func differentiates() throws {
    // d/dx mean((2 x + 1)^2) = 4 (2 x + 1) / n
    let x = try Tensor.from([0, 1, -2], shape: [3]).requireGradient()
    let y = try x.affine(scale: 2, shift: 1)
    try (y * y).mean().backward()
    let expected: [Float] = [4, 12, -12].map { $0 / 3 }
    for (found, wanted) in zip(try x.gradient().floats(), expected) {
      #expect(abs(found - wanted) < 1e-5)
    }
    try x.clearGradient()
    expectError(in: .torch) { try x.gradient() }
  }

  @Test("nothing is recorded for differentiation in withoutGradient")
  func recordsNothing() throws {
    let x = try Tensor.from([1, 2], shape: [2]).requireGradient()
    let silent = try withoutGradient { try x.affine(scale: 3).sum() }
    expectError(in: .torch) { try silent.backward() }
    try x.affine(scale: 3).sum().backward()
    #expect(try x.gradient().floats() == [3, 3])
  }

  @Test("the first step of Adam is as large as its rate")
  func stepsByRate() throws {
    let x = try Tensor.from([1, -1], shape: [2]).requireGradient()
    let adam = try Adam([NamedTensor(name: "x", tensor: x)], rate: 0.1)
    try (x * x).sum().backward()
    try adam.step()
    adam.countStep()
    #expect(adam.stepCount == 1)
    for (found, wanted) in zip(try x.floats(), [0.9, -0.9] as [Float]) {
      #expect(abs(found - wanted) < 1e-6)
    }
  }

  @Test("the runtime reports its version, instruction set and threads")
  func reportsRuntime() throws {
    let library = try TorchRuntime.configured(threads: 1) {
      try TorchRuntime.libraryProperties()
    }
    #expect(library.version.hasPrefix("2."))
    #expect(!library.instructionSet.isEmpty)
    #expect(library.threads == 1)
  }

  @Test("denormal numbers are flushed to zero within a run only")
  func flushesDenormals() throws {
    // Divides at run time, in the calling thread's floating-point environment.
    func half(_ divisor: Float) -> Float { Float.leastNormalMagnitude / divisor }
    let divisor = try #require(Float("2"))
    #expect(try TorchRuntime.configured(threads: 1) { half(divisor) } == 0)
    #expect(half(divisor) > 0)
    #expect(throws: CancellationError.self) {
      try TorchRuntime.configured(threads: 1) { throw CancellationError() }
    }
    #expect(half(divisor) > 0)
  }
}

extension Tensor {
  /// Returns the values after a conversion to channels-last layout, which only 4-D tensors have.
  fileprivate func channelsLastRoundTrip() throws -> [Float] {
    let values = try floats()
    return try Tensor.from(values, shape: [1, 2, 3, values.count / 6]).channelsLast().floats()
  }
}
