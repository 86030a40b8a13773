/// The fit of an untrained DIP Net to each of a few cases.
public struct FitJob: Hashable, Sendable, Codable {
  /// The part that jobs of every kind have.
  public var basis: JobBasis
  /// The cases, each fitted by a network of its own.
  public var inputs: [CaseInput]
  /// The seed of the initial weights and of the noise.
  public var seed: UInt64
  /// The network and its noise.
  public var prior: DeepImagePrior
  /// The course of the fit.
  public var training: TrainingParameters
  /// The decay of the running mean of the outputs that is the result; 0 takes the last output.
  public var outputAveraging: Double
  /// The precision of the values inside the networks.
  public var precision: TrainingPrecision
  /// The GPU that computes the networks, or nil for the processor.
  public var device: CUDADevice?

  /// Creates a fit on the processor.
  public init(
    basis: JobBasis, inputs: [CaseInput], seed: UInt64, prior: DeepImagePrior,
    training: TrainingParameters, outputAveraging: Double,
    precision: TrainingPrecision = .float32, device: CUDADevice? = nil
  ) {
    self.basis = basis
    self.inputs = inputs
    self.seed = seed
    self.prior = prior
    self.training = training
    self.outputAveraging = outputAveraging
    self.precision = precision
    self.device = device
  }
}
