/// What a network is made of: its layers in the order in which they are computed, and whence each has
/// its input. A value: what computes is in another module, and a test holds the two together.
public struct NetworkDescription: Hashable, Sendable {
  /// What a layer does.
  public enum Kind: Hashable, Sendable {
    /// It is what the network is given.
    case input
    /// A convolution with bias that keeps the size but for its stride.
    case convolution(Convolution)
    /// The maximum of each block of 2 x 2.
    case maxPooling
    /// The first source beside the second one enlarged twice, bilinear; with batch normalisation if
    /// `isNormalised`.
    case junction(isNormalised: Bool)
    /// `1 / (1 + exp(-v))`.
    case sigmoid
  }

  /// The parameters of a convolution.
  public struct Convolution: Hashable, Sendable {
    /// What lies beyond the border.
    public enum Padding: Hashable, Sendable { case zeros, reflection }

    /// Side of the kernel, odd.
    public var kernel: Int
    /// 1 or 2.
    public var stride = 1
    /// What lies beyond the border.
    public var padding = Padding.zeros
    /// Slope for negative values of the leaky ReLU that follows batch normalisation, 0 for ReLU; nil
    /// where neither follows.
    public var slope: Double?
  }

  /// A layer.
  public struct Layer: Hashable, Sendable {
    /// Unique in its network; what the names of its parameters begin with.
    public let name: String
    /// What it does.
    public let kind: Kind
    /// The names of the layers whose outputs it takes.
    public let sources: [String]
    /// The channels that it takes, of all sources together.
    public let inputs: Int
    /// The channels that it gives.
    public let outputs: Int
    /// How often the side of the image has been halved in its output.
    public let halvings: Int
  }

  /// In the order in which they are computed; the first one is the input.
  public private(set) var layers: [Layer]

  /// A network that takes `channels` channels under the name `input`.
  init(channels: Int) {
    layers = [
      Layer(
        name: "input", kind: .input, sources: [], inputs: channels, outputs: channels, halvings: 0)
    ]
  }

  /// The layer of a name.
  public subscript(name: String) -> Layer? { layers.first { $0.name == name } }

  /// Adds a layer on top of others; returns its name.
  ///
  /// - Precondition: the sources are there.
  @discardableResult
  mutating func add(_ name: String, _ kind: Kind, outputs: Int? = nil, from sources: String...)
    -> String
  {
    let below = sources.map { self[$0]! }
    let inputs = below.reduce(0) { $0 + $1.outputs }
    var halvings = below[0].halvings
    switch kind {
    case .convolution(let convolution): halvings += convolution.stride - 1
    case .maxPooling: halvings += 1
    case .input, .junction, .sigmoid: break
    }
    layers.append(
      Layer(
        name: name, kind: kind, sources: sources, inputs: inputs, outputs: outputs ?? inputs,
        halvings: halvings))
    return name
  }
}

// What is learnt.
extension NetworkDescription {
  /// The shape of each array that is learnt, by its name in a weights file.
  public var parameterShapes: [String: [Int]] {
    layers.reduce(into: [:]) { $0.merge($1.parameterShapes) { one, _ in one } }
  }

  /// The number of values that are learnt.
  public var parameterCount: Int {
    parameterShapes.values.reduce(0) { $0 + $1.reduce(1, *) }
  }
}

extension NetworkDescription.Layer {
  fileprivate var parameterShapes: [String: [Int]] {
    switch kind {
    case .input, .maxPooling, .sigmoid, .junction(isNormalised: false): return [:]
    case .junction(isNormalised: true): return normalisation(name)
    case .convolution(let convolution):
      let isNormalised = convolution.slope != nil
      let (kernel, prefix) = (convolution.kernel, isNormalised ? name + ".conv" : name)
      let weights = [
        prefix + ".weight": [outputs, inputs, kernel, kernel], prefix + ".bias": [outputs],
      ]
      return isNormalised ? weights.merging(normalisation(name + ".norm")) { $1 } : weights
    }
  }

  private func normalisation(_ prefix: String) -> [String: [Int]] {
    [prefix + ".weight": [outputs], prefix + ".bias": [outputs]]
  }
}

extension NetworkParameters {
  /// The VM Net (MATH: section 4): a U-Net from f and G to u_VM.
  public var vmNet: NetworkDescription {
    var net = NetworkDescription(channels: 2)
    func block(_ name: String, _ width: Int, from source: String) -> String {
      let brick = NetworkDescription.Kind.convolution(.init(kernel: 3, slope: 0))
      let first = net.add("\(name).0", brick, outputs: width, from: source)
      return net.add("\(name).1", brick, outputs: width, from: first)
    }
    var (current, skips) = ("input", [String]())
    for level in 0..<vmDepth {
      skips.append(block("down.\(level)", vmWidth << level, from: current))
      current = net.add("down.\(level).pool", .maxPooling, from: skips[level])
    }
    current = block("bottom", vmWidth << vmDepth, from: current)
    for level in (0..<vmDepth).reversed() {
      let joined = net.add(
        "up.\(level).joined", .junction(isNormalised: false), from: skips[level], current)
      current = block("up.\(level)", vmWidth << level, from: joined)
    }
    net.add("output", .convolution(.init(kernel: 1)), outputs: 1, from: current)
    net.add("probability", .sigmoid, from: "output")
    return net
  }

  /// The DIP Net (MATH: section 5a; paper, Figure 1): an hourglass with skip connections from noise to
  /// u_DIP.
  public var dipNet: NetworkDescription {
    var net = NetworkDescription(channels: noiseChannels)
    func brick(kernel: Int, stride: Int = 1) -> NetworkDescription.Kind {
      .convolution(.init(kernel: kernel, stride: stride, padding: .reflection, slope: 0.2))
    }
    var current = "input"
    for level in 0..<dipDepth {
      let name = "level.\(level)"
      net.add("\(name).skip", brick(kernel: 1), outputs: dipSkip, from: current)
      let half = net.add(
        "\(name).down.0", brick(kernel: 3, stride: 2), outputs: dipWidth, from: current)
      current = net.add("\(name).down.1", brick(kernel: 3), outputs: dipWidth, from: half)
    }
    for level in (0..<dipDepth).reversed() {
      let name = "level.\(level)"
      let joint = net.add(
        "\(name).joint", .junction(isNormalised: true), from: "\(name).skip", current)
      let mixed = net.add("\(name).up.0", brick(kernel: 3), outputs: dipWidth, from: joint)
      current = net.add("\(name).up.1", brick(kernel: 1), outputs: dipWidth, from: mixed)
    }
    net.add("output", .convolution(.init(kernel: 1)), outputs: 1, from: current)
    net.add("probability", .sigmoid, from: "output")
    return net
  }
}
