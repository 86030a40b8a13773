import Wire

/// Feeds malformed messages to the decoders in this process, where a trap would end the process.
public enum DecoderAttack {
  /// Decodes mutated messages with every decoder of messages.
  ///
  /// - Parameters:
  ///   - count: the number of messages.
  ///   - seed: determines every byte.
  /// - Returns: the number of messages that the decoder of workers' messages refused.
  public static func run(count: Int, seed: UInt64) -> Int {
    var traffic = MalformedTraffic(seed: seed)
    var refused = 0
    for _ in 0..<count {
      let bytes = traffic.message()
      if (try? Wire.decodeWorkerMessages(bytes)) == nil { refused += 1 }
      _ = try? Wire.decodeCoordinatorMessages(bytes)
      _ = try? Wire.decodeBlobMessage(bytes)
    }
    return refused
  }
}
