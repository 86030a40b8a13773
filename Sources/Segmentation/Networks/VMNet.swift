import Torch

/// The VM Net psi of the paper (section 3): a plain U-Net from (f, G) to u_VM.
///
/// The paper takes it from its reference 14, of which no code is public; the shape is our choice
/// (MATH: section 4). `depth` levels of two 3 x 3 convolutions, each with batch normalisation and
/// ReLU; max pooling down, bilinear up, concatenation across; a 1 x 1 convolution and a sigmoid.
/// Without batch normalisation u_VM collapses to 0.
///
/// Input `(N, 2, H, W)`, f and G in `[0, 1]`; output `(N, 1, H, W)` in `(0, 1)`. H and W are
/// multiples of `2^depth`.
public final class VMNet: Layer {
  private let down: [DoubleConvolution]
  private let bottom: DoubleConvolution
  private let up: [DoubleConvolution]
  private let output: Conv2d

  /// - Parameters: `width`: channels of the first level, doubled by each; `depth`: levels above the
  ///   bottleneck.
  public init(width: Int, depth: Int, initial: UniformSource, on device: Device = .cpu) throws {
    func block(_ name: String, _ input: Int, _ output: Int) throws -> DoubleConvolution {
      try DoubleConvolution(
        name: name, input: input, output: output, initial: initial, on: device)
    }
    let widths = (0...depth).map { width << $0 }
    down = try (0..<depth).map { try block("down.\($0)", $0 == 0 ? 2 : widths[$0 - 1], widths[$0]) }
    bottom = try block("bottom", widths[depth - 1], widths[depth])
    up = try (0..<depth).reversed().map {
      try block("up.\($0)", widths[$0] + widths[$0 + 1], widths[$0])
    }
    output = try Conv2d(
      name: "output", input: width, output: 1, kernel: 1, initial: initial, on: device)
  }

  /// u_VM for a batch, computed in `precision`.
  public func callAsFunction(
    _ input: Tensor, mode: NormalisationMode, precision: Precision = .float32
  ) throws -> Tensor {
    var skips: [Tensor] = []
    var current = try input.cast(to: precision)
    for level in down {
      let features = try level(current, mode: mode).values()
      skips.append(features)
      current = try features.maxPooled(2)
    }
    var features = try bottom(current, mode: mode)
    for level in up {
      features = try level(skips.removeLast().joined(with: features.values()), mode: mode)
    }
    return try features.convolved(by: output).cast(to: .float32).sigmoid()
  }

  /// From the first level down, through the bottleneck, and up.
  public var parameters: [NamedTensor] {
    (down + [bottom] + up).flatMap(\.parameters) + output.parameters
  }

  /// The running statistics in the same order.
  public var buffers: [NamedTensor] { (down + [bottom] + up).flatMap(\.buffers) }
}

/// Twice: 3 x 3 convolution, batch normalisation, ReLU.
private final class DoubleConvolution: Layer {
  private let first: NormalisedConvolution
  private let second: NormalisedConvolution

  init(name: String, input: Int, output: Int, initial: UniformSource, on device: Device) throws {
    func brick(_ index: Int, _ channels: Int) throws -> NormalisedConvolution {
      try NormalisedConvolution(
        name: "\(name).\(index)", input: channels, output: output, kernel: 3, slope: 0,
        initial: initial, on: device)
    }
    (first, second) = (try brick(0, input), try brick(1, output))
  }

  func callAsFunction(_ input: Tensor, mode: NormalisationMode) throws -> Activation {
    try second(first(input, mode: mode), mode: mode)
  }

  var parameters: [NamedTensor] { first.parameters + second.parameters }
  var buffers: [NamedTensor] { first.buffers + second.buffers }
}
