extension Job {
  /// How many GPUs a machine must have for this job: 0 where it computes on the processor.
  public var requiredGPUs: Int { numerics.device.map { $0.index + 1 } ?? 0 }
}

/// A GPU by its index on the machine that computes, from 0 to 127; in texts `cuda:N`.
public struct CUDADevice: Hashable, Sendable, Codable, CustomStringConvertible {
  /// From 0.
  public let index: Int

  /// The GPU that `cuda` (the first) or `cuda:N` names; nil for any other text.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.first == "cuda", parts.count <= 2 else { return nil }
    guard let digits = parts.dropFirst().first else {
      index = 0
      return
    }
    guard digits.allSatisfy(\.isNumber), let index = Int(digits), (0..<128).contains(index) else {
      return nil
    }
    self.index = index
  }

  /// `cuda:N`.
  public var description: String { "cuda:\(index)" }

  /// As its text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let device = CUDADevice(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a GPU is named cuda:N, not \(text)")
    }
    self = device
  }

  /// As its text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
