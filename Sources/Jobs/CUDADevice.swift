/// A GPU of the computing machine; its text form is `cuda:N` with N from 0 to 127.
public struct CUDADevice: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The index of the GPU on its machine, counted from 0.
  public let index: Int

  /// Creates the GPU of an index; nil unless the index is 0 to 127.
  public init?(index: Int) {
    guard (0..<128).contains(index) else { return nil }
    self.index = index
  }

  /// Reads `cuda` (the first GPU) or `cuda:N`; nil for any other text.
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

  /// The name of the GPU, `cuda:N`.
  public var description: String { "cuda:\(index)" }

  /// Reads the text `cuda:N`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let device = CUDADevice(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a GPU is named cuda:N, not \(text)")
    }
    self = device
  }

  /// Writes the text `cuda:N`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
