import Errors

extension Safetensors {
  /// Adds the present values of tensors under their names.
  ///
  /// - Throws: `DipperError` of code `torchFailed`.
  public mutating func insert(_ tensors: [NamedTensor]) throws {
    insert(try tensors.map { try TensorSnapshot($0) })
  }

  /// Adds the values of snapshots under their names.
  public mutating func insert(_ tensors: [TensorSnapshot]) {
    for stored in tensors { entries[stored.name] = stored.entry }
  }

  /// Assigns to tensors, on any device, the entries of the same names.
  ///
  /// - Throws: `DipperError` of code `safetensorsInvalid` that names the first tensor whose entry is
  ///   missing or has another shape.
  public func restore(_ tensors: [NamedTensor]) throws {
    for named in tensors {
      guard let entry = entries[named.name] else {
        throw DipperError(.safetensorsInvalid, "the file has no array \(named.name)")
      }
      let shape = try named.tensor.shape()
      guard entry.shape == shape else {
        throw DipperError(
          .safetensorsInvalid, "\(named.name) has shape \(entry.shape), the network needs \(shape)")
      }
      try named.tensor.assign(Tensor.from(entry.values, shape: entry.shape))
    }
  }
}
