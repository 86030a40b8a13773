/// The shape of the VM Net, a U-Net.
public struct VMNetParameters: Hashable, Sendable, Codable {
  /// The channels of the first level; each level below has twice as many.
  public var width: Int = 16
  /// The number of levels above the bottleneck.
  public var depth: Int = 4

  /// Creates the default shape.
  public init() {}
}

/// The shape of the DIP Net, an hourglass with skip connections.
public struct DIPNetParameters: Hashable, Sendable, Codable {
  /// The channels of every level.
  public var width: Int = 128
  /// The channels of the skip connections.
  public var skip: Int = 4
  /// The number of levels.
  public var depth: Int = 5
  /// The channels of the noise z, the network's input.
  public var noiseChannels: Int = 32

  /// Creates the default shape.
  public init() {}
}
