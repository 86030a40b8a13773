/// The structure of a network: its layers in the order in which they are computed, and the source
/// layers of each. The networks of the target `Segmentation`, which compute, have this structure; a
/// test checks it.
public struct NetworkDescription: Hashable, Sendable {
  /// The operation of a layer.
  public enum Kind: Hashable, Sendable {
    /// The input of the network.
    case input
    /// A convolution with bias, padded so that only its stride changes the size.
    case convolution(Convolution)
    /// The maximum of each block of 2 x 2.
    case maxPooling
    /// The concatenation of the first source and the second one, which is enlarged to twice its
    /// size by bilinear interpolation; batch normalisation follows if `isNormalised`.
    case junction(isNormalised: Bool)
    /// The function `1 / (1 + exp(-v))` of each value.
    case sigmoid
  }

  /// The parameters of a convolution.
  public struct Convolution: Hashable, Sendable {
    /// The values beyond the border.
    public enum Padding: Hashable, Sendable { case zeros, reflection }

    /// The side of the kernel in pixels, odd.
    public var kernel: Int
    /// The stride, 1 or 2.
    public var stride = 1
    /// The values beyond the border.
    public var padding = Padding.zeros
    /// The slope for negative values of the leaky ReLU that follows batch normalisation, 0 for
    /// ReLU; nil if neither follows.
    public var slope: Double?
  }

  /// A layer of a network.
  public struct Layer: Hashable, Sendable {
    /// The name, which is unique in the network; the names of the layer's parameters begin with it.
    public let name: String
    /// The operation of the layer.
    public let kind: Kind
    /// The names of the layers whose outputs are the layer's input.
    public let sources: [String]
    /// The number of channels of all sources together.
    public let inputs: Int
    /// The number of channels of the output.
    public let outputs: Int
    /// The number of times that the image's sides have been halved in the output.
    public let halvings: Int
  }

  /// The layers in the order in which they are computed; the first one is the input.
  public private(set) var layers: [Layer]

  /// Creates a network of one layer, `input`, with `channels` channels.
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
  /// - Precondition: The network has the sources.
  @discardableResult
  mutating func add(
    _ name: String, as kind: Kind, outputs: Int? = nil, from sources: String...
  )
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

// The arrays that are learnt.
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
      let kernel = convolution.kernel
      let prefix = isNormalised ? name + ".conv" : name
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

extension VMNetParameters {
  /// The VM Net, a U-Net from f and G to u_VM (article Networks in Segmentation).
  public var layout: NetworkDescription {
    var net = NetworkDescription(channels: 2)
    func block(_ name: String, width: Int, from source: String) -> String {
      let convolution = NetworkDescription.Kind.convolution(.init(kernel: 3, slope: 0))
      let first = net.add("\(name).0", as: convolution, outputs: width, from: source)
      return net.add("\(name).1", as: convolution, outputs: width, from: first)
    }
    var current = "input"
    var skips: [String] = []
    for level in 0..<depth {
      skips.append(block("down.\(level)", width: self.width << level, from: current))
      current = net.add("down.\(level).pool", as: .maxPooling, from: skips[level])
    }
    current = block("bottom", width: self.width << depth, from: current)
    for level in (0..<depth).reversed() {
      let joined = net.add(
        "up.\(level).joined", as: .junction(isNormalised: false), from: skips[level], current)
      current = block("up.\(level)", width: self.width << level, from: joined)
    }
    net.add("output", as: .convolution(.init(kernel: 1)), outputs: 1, from: current)
    net.add("probability", as: .sigmoid, from: "output")
    return net
  }
}

extension DIPNetParameters {
  /// The DIP Net, an hourglass with skip connections from noise to u_DIP (paper, Figure 1; article
  /// Networks in Segmentation).
  public var layout: NetworkDescription {
    var net = NetworkDescription(channels: noiseChannels)
    func convolution(kernel: Int, stride: Int = 1) -> NetworkDescription.Kind {
      .convolution(.init(kernel: kernel, stride: stride, padding: .reflection, slope: 0.2))
    }
    var current = "input"
    for level in 0..<depth {
      let name = "level.\(level)"
      net.add("\(name).skip", as: convolution(kernel: 1), outputs: skip, from: current)
      let half = net.add(
        "\(name).down.0", as: convolution(kernel: 3, stride: 2), outputs: width, from: current)
      current = net.add("\(name).down.1", as: convolution(kernel: 3), outputs: width, from: half)
    }
    for level in (0..<depth).reversed() {
      let name = "level.\(level)"
      let joint = net.add(
        "\(name).joint", as: .junction(isNormalised: true), from: "\(name).skip", current)
      let mixed = net.add("\(name).up.0", as: convolution(kernel: 3), outputs: width, from: joint)
      current = net.add("\(name).up.1", as: convolution(kernel: 1), outputs: width, from: mixed)
    }
    net.add("output", as: .convolution(.init(kernel: 1)), outputs: 1, from: current)
    net.add("probability", as: .sigmoid, from: "output")
    return net
  }
}
