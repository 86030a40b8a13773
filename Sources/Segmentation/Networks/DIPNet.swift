import Torch

/// The DIP Net phi of the paper (Figure 1): the hourglass with skip connections of Ulyanov, Vedaldi
/// and Lempitsky (2018), from noise to u_DIP, equation (38).
///
/// Level i has a skip connection (1 x 1 to a few channels), a path down (3 x 3 of stride 2, then 3
/// x 3) and a path up (the skip connection concatenated with the upsampled output of the level
/// below, batch normalisation, 3 x 3, 1 x 1). Every convolution except the last pads by reflection
/// and is followed by batch normalisation and leaky ReLU of slope 0.2. The network always
/// normalises by the batch's own statistics.
///
/// The input is `(N, channels, H, W)`, the output `(N, 1, H, W)` in `(0, 1)`; H and W are multiples
/// of `2^depth`. Several copies with equal initial weights are one network of grouped convolutions,
/// in which no copy sees another: all see the same noise, and the output is `(N copies, 1, H, W)`.
public final class DIPNet: Module {
  private let levels: [DIPNetLevel]
  private let output: Conv2d
  private let copies: Int

  /// Makes a network with initial weights.
  ///
  /// - Parameters:
  ///   - channels: number of channels of the noise.
  ///   - width: number of channels of every level.
  ///   - skip: number of channels of the skip connections.
  ///   - depth: number of levels.
  ///   - copies: number of networks side by side.
  ///   - initial: source of the initial weights.
  ///   - device: device of the parameters.
  public init(
    channels: Int, width: Int, skip: Int, depth: Int, copies: Int = 1, initial: UniformSource,
    on device: Device = .cpu
  ) throws {
    self.copies = copies
    levels = try (0..<depth).map {
      try DIPNetLevel(
        name: "level.\($0)", input: $0 == 0 ? channels : width, width: width, skip: skip,
        copies: copies, initial: initial, on: device)
    }
    output = try Conv2d(
      name: "output", input: width, output: 1, copies: copies, kernel: 1, initial: initial,
      on: device)
  }

  /// Returns u_DIP for a batch of noise, computed in `precision`.
  public func callAsFunction(_ noise: Tensor, precision: Precision = .float32) throws -> Tensor {
    // equation (38)
    let u = try forward(noise.cast(to: precision), level: 0).convolved(by: output)
      .cast(to: .float32).sigmoid()
    return copies == 1 ? u : try u.channelsAsImages()
  }

  // Intermediate arrays have no names here, so that each is freed as soon as the next layer has
  // been computed.
  private func forward(_ input: Tensor, level index: Int) throws -> Activation {
    let level = levels[index]
    return try level.up(level.mixed(concatenated(input, level: index)))
  }

  private func concatenated(_ input: Tensor, level index: Int) throws -> Tensor {
    let level = levels[index]
    return try level.skip(input).concatenated(
      withUpsampled: lower(level.down(input), level: index + 1), groups: copies)
  }

  private func lower(_ half: Tensor, level index: Int) throws -> Tensor {
    index == levels.count ? half : try forward(half, level: index).values()
  }

  /// Parameters level by level from the outermost, and in each skip, down, up.
  public var parameters: [NamedTensor] { levels.flatMap(\.parameters) + output.parameters }

  /// Running statistics, which are gathered and saved but never used.
  public var buffers: [NamedTensor] { levels.flatMap(\.buffers) }
}
