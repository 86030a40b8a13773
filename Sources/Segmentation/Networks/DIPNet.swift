import Torch

/// The DIP Net phi of the paper (Figure 1): the hourglass with skip connections of Ulyanov, Vedaldi
/// and Lempitsky 2018, from noise to u_DIP (MATH: section 5a).
///
/// Level i has `skip_i` (1 x 1 to a few channels), `down_i` (3 x 3 of stride 2, then 3 x 3) and
/// `up_i` (the skip beside the enlarged level below, batch normalisation, 3 x 3, 1 x 1); every
/// convolution pads by reflection and, but the last, is followed by batch normalisation and leaky
/// ReLU 0.2. It always normalises by the batch's own statistics.
///
/// Input `(N, channels, H, W)`, output `(N, 1, H, W)` in `(0, 1)`; H and W multiples of `2^depth`.
///
/// Several copies, equal at the start, are one network of grouped convolutions, in which none sees
/// another: all see the same noise, and the output is `(N copies, 1, H, W)`.
public final class DIPNet: Layer {
  private let levels: [Level]
  private let output: Conv2d
  private let copies: Int

  /// - Parameters: `channels`: of the noise; `width`: of every level; `skip`: of the skip
  ///   connections; `depth`: levels; `copies`: networks side by side.
  public init(
    channels: Int, width: Int, skip: Int, depth: Int, copies: Int = 1, initial: UniformSource,
    on device: Device = .cpu
  ) throws {
    self.copies = copies
    levels = try (0..<depth).map {
      try Level(
        name: "level.\($0)", input: $0 == 0 ? channels : width, width: width, skip: skip,
        copies: copies, initial: initial, on: device)
    }
    output = try Conv2d(
      name: "output", input: width, output: 1, copies: copies, kernel: 1, initial: initial,
      on: device)
  }

  /// u_DIP for a batch of noise, computed in `precision`.
  public func callAsFunction(_ noise: Tensor, precision: Precision = .float32) throws -> Tensor {
    let u = try climb(noise.cast(to: precision), from: 0).convolved(by: output)
      .cast(to: .float32).sigmoid()
    return copies == 1 ? u : try u.channelsApart()
  }

  // No array has a name here: each goes as soon as the next layer has been computed.
  private func climb(_ input: Tensor, from index: Int) throws -> Activation {
    let level = levels[index]
    return try level.up(level.mixed(joined(input, at: index)))
  }

  private func joined(_ input: Tensor, at index: Int) throws -> Tensor {
    let level = levels[index]
    return try level.skip(input).joined(
      with: below(level.down(input), from: index + 1), groups: copies)
  }

  private func below(_ half: Tensor, from index: Int) throws -> Tensor {
    index == levels.count ? half : try climb(half, from: index).values()
  }

  /// Level by level from the outermost, each skip, down, up.
  public var parameters: [NamedTensor] { levels.flatMap(\.parameters) + output.parameters }

  /// The running statistics: gathered, saved, never used.
  public var buffers: [NamedTensor] { levels.flatMap(\.buffers) }
}

private final class Level: Layer {
  private let across: NormalisedConvolution
  private let halving: NormalisedConvolution
  private let below: NormalisedConvolution
  private let joint: BatchNorm2d
  private let mixing: NormalisedConvolution
  private let last: NormalisedConvolution

  init(
    name: String, input: Int, width: Int, skip: Int, copies: Int, initial: UniformSource,
    on device: Device
  ) throws {
    func brick(_ part: String, _ input: Int, _ output: Int, kernel: Int, stride: Int = 1) throws
      -> NormalisedConvolution
    {
      try NormalisedConvolution(
        name: "\(name).\(part)", input: input, output: output, copies: copies, kernel: kernel,
        stride: stride, padding: .reflection, slope: 0.2, initial: initial, on: device)
    }
    across = try brick("skip", input, skip, kernel: 1)
    halving = try brick("down.0", input, width, kernel: 3, stride: 2)
    below = try brick("down.1", width, width, kernel: 3)
    joint = try BatchNorm2d(
      name: "\(name).joint", channels: copies * (skip + width), on: device)
    mixing = try brick("up.0", skip + width, width, kernel: 3)
    last = try brick("up.1", width, width, kernel: 1)
  }

  func skip(_ input: Tensor) throws -> Tensor { try across(input, mode: .batch).values() }

  func down(_ input: Tensor) throws -> Tensor {
    try below(halving(input, mode: .batch), mode: .batch).values()
  }

  func mixed(_ joined: Tensor) throws -> Activation {
    let normalisation = Normalisation(joint, slope: 1, mode: .batch)
    return try mixing(Activation(raw: joined, normalisation: normalisation), mode: .batch)
  }

  func up(_ mixed: Activation) throws -> Activation { try last(mixed, mode: .batch) }

  private var bricks: [NormalisedConvolution] { [across, halving, below, mixing, last] }
  var parameters: [NamedTensor] { bricks.flatMap(\.parameters) + joint.parameters }
  var buffers: [NamedTensor] { bricks.flatMap(\.buffers) + joint.buffers }
}
