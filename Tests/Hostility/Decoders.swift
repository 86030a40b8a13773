import Wire

/// The decoders of messages, fed in this process: a trap would end it.
public enum Decoders {
  /// Decodes `count` mutated messages; how many were refused.
  public static func feed(_ count: Int, seed: UInt64) -> Int {
    var gibberish = Gibberish(seed: seed)
    var refused = 0
    for _ in 0..<count {
      let bytes = gibberish.message()
      if (try? Wire.decodeWorkerMessages(bytes)) == nil { refused += 1 }
      _ = try? Wire.decodeCoordinatorMessages(bytes)
      _ = try? Wire.decodeBlobMessage(bytes)
    }
    return refused
  }
}
