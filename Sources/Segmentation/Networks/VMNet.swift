import Torch

/// The VM Net psi of the paper (section 3): a plain U-Net from f and G to u_VM, equation (38).
///
/// The paper takes the network from its reference 14, for which no code is public; the shape is our
/// choice (article Networks). It has `depth` levels of two 3 x 3 convolutions, each with batch
/// normalisation and ReLU, max pooling on the way down, bilinear upsampling and concatenation on
/// the way up, and a 1 x 1 convolution with a sigmoid at the end. Without batch normalisation u_VM
/// collapses to 0.
///
/// The input is `(N, 2, H, W)`, f and G in `[0, 1]`; the output is `(N, 1, H, W)` in `(0, 1)`. H
/// and W are multiples of `2^depth`.
public final class VMNet: Module {
  private let down: [DoubleConvolution]
  private let bottom: DoubleConvolution
  private let up: [DoubleConvolution]
  private let output: Conv2d

  /// Makes a network with initial weights.
  ///
  /// - Parameters:
  ///   - width: number of channels of the first level, doubled by each level.
  ///   - depth: number of levels above the bottleneck.
  ///   - initial: source of the initial weights.
  ///   - device: device of the parameters.
  public init(width: Int, depth: Int, initial: UniformSource, on device: Device = .cpu) throws {
    func block(_ name: String, input: Int, output: Int) throws -> DoubleConvolution {
      try DoubleConvolution(
        name: name, input: input, output: output, initial: initial, on: device)
    }
    let widths = (0...depth).map { width << $0 }
    down = try (0..<depth).map {
      try block("down.\($0)", input: $0 == 0 ? 2 : widths[$0 - 1], output: widths[$0])
    }
    bottom = try block("bottom", input: widths[depth - 1], output: widths[depth])
    up = try (0..<depth).reversed().map {
      try block("up.\($0)", input: widths[$0] + widths[$0 + 1], output: widths[$0])
    }
    output = try Conv2d(
      name: "output", input: width, output: 1, kernel: 1, initial: initial, on: device)
  }

  /// Returns u_VM for a batch, computed in `precision`.
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
      features = try level(
        skips.removeLast().concatenated(withUpsampled: features.values()), mode: mode)
    }
    return try features.convolved(by: output).cast(to: .float32).sigmoid()  // equation (38)
  }

  /// Parameters from the first level down, through the bottleneck, and up.
  public var parameters: [NamedTensor] {
    (down + [bottom] + up).flatMap(\.parameters) + output.parameters
  }

  /// Running statistics in the same order.
  public var buffers: [NamedTensor] { (down + [bottom] + up).flatMap(\.buffers) }
}

/// Two blocks of 3 x 3 convolution, batch normalisation and ReLU.
private final class DoubleConvolution: Module {
  private let first: ConvolutionBlock
  private let second: ConvolutionBlock

  init(name: String, input: Int, output: Int, initial: UniformSource, on device: Device) throws {
    func convBlock(_ index: Int, input: Int) throws -> ConvolutionBlock {
      try ConvolutionBlock(
        name: "\(name).\(index)", input: input, output: output, kernel: 3, slope: 0,
        initial: initial, on: device)
    }
    first = try convBlock(0, input: input)
    second = try convBlock(1, input: output)
  }

  func callAsFunction(_ input: Tensor, mode: NormalisationMode) throws -> Activation {
    try second(first(input, mode: mode), mode: mode)
  }

  var parameters: [NamedTensor] { first.parameters + second.parameters }
  var buffers: [NamedTensor] { first.buffers + second.buffers }
}
