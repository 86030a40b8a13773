/// The training of a VM Net on a few cases.
public struct TrainJob: Hashable, Sendable, Codable {
  /// The part that jobs of every kind have.
  public var basis: JobBasis
  /// The training cases; every step sees all of them.
  public var inputs: [CaseInput]
  /// The seed of the initial weights and of the noise.
  public var seed: UInt64
  /// The shape of the VM Net.
  public var network: VMNetParameters
  /// The geometric information G that the VM Net is given.
  public var geometry: GeometryInput
  /// The loss that is minimised.
  public var loss: TrainingLoss
  /// The course of the training.
  public var training: TrainingParameters
  /// The precision of the values inside the networks.
  public var precision: TrainingPrecision
  /// The GPU that computes the networks, or nil for the processor.
  public var device: CUDADevice?

  /// Creates a training on the processor.
  public init(
    basis: JobBasis, inputs: [CaseInput], seed: UInt64, network: VMNetParameters,
    geometry: GeometryInput, loss: TrainingLoss, training: TrainingParameters,
    precision: TrainingPrecision = .float32, device: CUDADevice? = nil
  ) {
    self.basis = basis
    self.inputs = inputs
    self.seed = seed
    self.network = network
    self.geometry = geometry
    self.loss = loss
    self.training = training
    self.precision = precision
    self.device = device
  }
}

/// The geometric information G that a VM Net is given beside the image (paper, section 3).
public enum GeometryInput: String, Hashable, Sendable, Codable, CaseIterable {
  /// The marker mask: 1 inside the marker polygon, 0 outside.
  case markers
  /// The geodesic distance D_G.
  case distance
  /// The clipped distance `min(1, theta D_G / lambda)`. It is 1 where the distance outweighs the
  /// best fit, so that the relevant distances have the same range in every image.
  case clippedDistance = "clipped-distance"
}

/// The loss by which a VM Net is trained.
public enum TrainingLoss: Hashable, Sendable, Codable {
  /// Loss (3): the data term and the edge-weighted total variation.
  case regularised(EdgeWeightedVariation)
  /// Loss (3) with mu = 0: the data term alone.
  case unregularised
  /// Loss (2): the data term of the product of both networks' outputs, and `similarity` times their
  /// squared difference; the paper has 1/2.
  case assisted(DeepImagePrior, similarity: Double)
}

/// The regulariser `mu INT g |grad u|` of loss (3) with its edge detector
/// `g = 1 / (1 + iota |grad f|^2)`.
public struct EdgeWeightedVariation: Hashable, Sendable, Codable {
  /// The weight of the regulariser.
  public var mu: Double = 0.2
  /// The steepness of the edge detector.
  public var iota: Double = 1000
  /// The standard deviation in pixels of the Gaussian that smooths the image before the edge
  /// detector.
  public var sigma: Double = 1

  /// Creates the regulariser with its default weights.
  public init() {}
}

/// A DIP Net and the noise that is its input.
public struct DeepImagePrior: Hashable, Sendable, Codable {
  /// The shape of the network.
  public var network = DIPNetParameters()
  /// The noise that is the network's input.
  public var noise = NoiseParameters()

  /// Creates a prior of the default shape.
  public init() {}

  /// Creates a prior with a given network and noise.
  public init(network: DIPNetParameters, noise: NoiseParameters) {
    self.network = network
    self.noise = noise
  }
}
