import CTorch

/// The values that a tensor had at one moment, in the order in which they lay in memory: a copy that
/// costs its thread little. A file can be made of it later, on any thread.
public struct StoredTensor: Sendable {
  let name: String
  private let shape: [Int]
  private let values: [Float]
  private let isChannelsLast: Bool

  /// The present values.
  ///
  /// - Throws: `TorchError` of code `library`.
  public init(_ named: NamedTensor) throws {
    (name, shape) = (named.name, try named.tensor.shape())
    let count = shape.reduce(1, *)
    var isChannelsLast = false
    values = try [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
      try call {
        ctorch_copy_stored(
          named.tensor.handle, buffer.baseAddress, Int64(count), &isChannelsLast, $0)
      }
      initialised = count
    }
    self.isChannelsLast = isChannelsLast
  }

  var entry: Safetensors.Entry {
    Safetensors.Entry(shape: shape, values: isChannelsLast ? rowMajor() : values)
  }

  private func rowMajor() -> [Float] {
    let (channels, pixels) = (shape[1], shape[2] * shape[3])
    return [Float](unsafeUninitializedCapacity: values.count) { target, initialised in
      values.withUnsafeBufferPointer { source in
        for image in stride(from: 0, to: source.count, by: channels * pixels) {
          for channel in 0..<channels {
            for pixel in 0..<pixels {
              target[image + channel * pixels + pixel] = source[image + pixel * channels + channel]
            }
          }
        }
      }
      initialised = values.count
    }
  }
}
