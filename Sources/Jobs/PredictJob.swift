/// The prediction of masks by a trained VM Net.
public struct PredictJob: Hashable, Sendable, Codable {
  /// The part that jobs of every kind have.
  public var basis: JobBasis
  /// The cases, in the order of the masks.
  public var inputs: [CaseInput]
  /// The `train` job whose weights are used.
  public var weights: JobID
  /// The geometric information G with which the VM Net was trained.
  public var geometry: GeometryInput
  /// The statistics by which the VM Net normalises.
  public var normalisation: PredictionNormalisation
  /// The GPU that computes the network, or nil for the processor.
  public var device: CUDADevice?

  /// Creates a prediction on the processor.
  public init(
    basis: JobBasis, inputs: [CaseInput], weights: JobID, geometry: GeometryInput,
    normalisation: PredictionNormalisation, device: CUDADevice? = nil
  ) {
    self.basis = basis
    self.inputs = inputs
    self.weights = weights
    self.geometry = geometry
    self.normalisation = normalisation
    self.device = device
  }
}

/// The statistics by which a VM Net normalises when it predicts.
public enum PredictionNormalisation: String, Hashable, Sendable, Codable, CaseIterable {
  /// The running averages gathered in training.
  case running
  /// The statistics of the test image itself.
  case image
  /// The one of six predictions with the least energy, for each image: those by both statistics and
  /// their mean, each also averaged over the image's eight symmetries.
  case leastEnergy = "least-energy"
}
