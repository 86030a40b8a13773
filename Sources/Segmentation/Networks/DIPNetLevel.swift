import Torch

/// A level of the DIP Net: its skip connection, its path down and its path up.
final class DIPNetLevel: Module {
  private let skipBlock: ConvolutionBlock
  private let halving: ConvolutionBlock
  private let downBlock: ConvolutionBlock
  private let joint: BatchNorm2d
  private let mixing: ConvolutionBlock
  private let last: ConvolutionBlock

  /// Makes a level with initial weights.
  ///
  /// - Parameters:
  ///   - name: prefix of the parameters' names.
  ///   - input: number of input channels.
  ///   - width: number of output channels.
  ///   - skip: number of channels of the skip connection.
  ///   - copies: number of networks side by side.
  ///   - initial: source of the initial weights.
  ///   - device: device of the parameters.
  init(
    name: String, input: Int, width: Int, skip: Int, copies: Int, initial: UniformSource,
    on device: Device
  ) throws {
    func convBlock(
      _ part: String, input: Int, output: Int, kernel: Int, stride: Int = 1
    ) throws -> ConvolutionBlock {
      try ConvolutionBlock(
        name: "\(name).\(part)", input: input, output: output, copies: copies, kernel: kernel,
        stride: stride, padding: .reflection, slope: 0.2, initial: initial, on: device)
    }
    skipBlock = try convBlock("skip", input: input, output: skip, kernel: 1)
    halving = try convBlock("down.0", input: input, output: width, kernel: 3, stride: 2)
    downBlock = try convBlock("down.1", input: width, output: width, kernel: 3)
    joint = try BatchNorm2d(
      name: "\(name).joint", channels: copies * (skip + width), on: device)
    mixing = try convBlock("up.0", input: skip + width, output: width, kernel: 3)
    last = try convBlock("up.1", input: width, output: width, kernel: 1)
  }

  /// Returns the skip connection of an input, `(N, skip, H, W)`.
  func skip(_ input: Tensor) throws -> Tensor { try skipBlock(input, mode: .batch).values() }

  /// Returns the input of the level below, `(N, width, H / 2, W / 2)`.
  func down(_ input: Tensor) throws -> Tensor {
    try downBlock(halving(input, mode: .batch), mode: .batch).values()
  }

  /// Returns the output of the path up's first convolution, whose input is the skip connection
  /// concatenated with the level below.
  func mixed(_ concatenated: Tensor) throws -> Activation {
    let normalisation = BatchNormReLU(joint, slope: 1, mode: .batch)
    return try mixing(Activation(raw: concatenated, normalisation: normalisation), mode: .batch)
  }

  /// Returns the output of the level, `(N, width, H, W)`.
  func up(_ mixed: Activation) throws -> Activation { try last(mixed, mode: .batch) }

  private var blocks: [ConvolutionBlock] { [skipBlock, halving, downBlock, mixing, last] }
  var parameters: [NamedTensor] { blocks.flatMap(\.parameters) + joint.parameters }
  var buffers: [NamedTensor] { blocks.flatMap(\.buffers) + joint.buffers }
}
