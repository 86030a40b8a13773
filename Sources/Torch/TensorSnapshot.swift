import CTorch

/// A copy of a tensor's values at one moment, from which a weights file can be made later on any
/// thread.
///
/// The values are copied in the order in which they are stored, which takes the least time of the
/// computing thread.
public struct TensorSnapshot: Sendable {
  let name: String
  private let shape: [Int]
  private let values: [Float]
  private let isChannelsLast: Bool

  /// Copies the present values of a tensor.
  ///
  /// - Throws: `DipperError` of code `torchFailed`.
  public init(_ named: NamedTensor) throws {
    name = named.name
    shape = try named.tensor.shape()
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
    let channels = shape[1]
    let pixels = shape[2] * shape[3]
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
