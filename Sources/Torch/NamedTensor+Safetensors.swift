extension Safetensors {
  /// The values of these tensors under their names.
  ///
  /// - Throws: `TorchError` of code `library`.
  public mutating func insert(_ tensors: [NamedTensor]) throws {
    insert(try tensors.map { try StoredTensor($0) })
  }

  /// The values of these tensors, as they were, under their names.
  public mutating func insert(_ tensors: [StoredTensor]) {
    for stored in tensors { entries[stored.name] = stored.entry }
  }

  /// Assigns the entries of the same names to these tensors, on whichever device they are; every one
  /// must be there, in shape.
  ///
  /// - Throws: `TorchError` of code `safetensors` that names the first that is missing or of another
  ///   shape.
  public func restore(_ tensors: [NamedTensor]) throws {
    for named in tensors {
      guard let entry = entries[named.name] else {
        throw TorchError(.safetensors, "the file has no array \(named.name)")
      }
      let shape = try named.tensor.shape()
      guard entry.shape == shape else {
        throw TorchError(
          .safetensors, "\(named.name) has shape \(entry.shape), the network needs \(shape)")
      }
      try named.tensor.assign(Tensor.from(entry.values, shape: entry.shape))
    }
  }
}
