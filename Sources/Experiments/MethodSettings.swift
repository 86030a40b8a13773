import Jobs
import Methods

/// All parameters of a configuration with their values for one method on one data set.
///
/// A method's jobs contain only the parameters on which the method depends: see `JobDraft`.
public struct MethodSettings: Hashable, Sendable {
  /// The mapping of the image files to the computing grid.
  public var preparation = Preparation()
  /// True if the configuration gives an intensity window; otherwise the data set's window is used.
  public var hasOwnWindow = false
  /// The data term of the energy.
  public var energy = EnergyParameters()
  /// The smallest half-width of the fitting term's window that a rule may choose.
  public var smallestGamma = 0.05
  /// The regulariser of loss (3).
  public var variation = EdgeWeightedVariation()
  /// The shape of the VM Net.
  public var vmNet = VMNetParameters()
  /// The DIP Net and its noise.
  public var prior = DeepImagePrior()
  /// The form in which M4 is given the geodesic distance.
  public var distanceInput = DistanceInput.plain
  /// The course of trainings and fits.
  public var training = TrainingParameters()
  /// The weight of the similarity term in loss (2); the paper has 1/2.
  public var similarity = 0.5
  /// The decay of the running mean of a fit's outputs that is its result; 0 takes the last output.
  public var outputAveraging = 0.99
  /// The number of training cases, counted from the first, on which a method is trained (N of the
  /// paper); nil means all.
  public var trainingCases: Int?
  /// The largest number of images that one job of DIP fits, 1 to 256; nil means one on a processor
  /// and up to eight on a GPU, depending on the size of the networks.
  public var fitsPerJob: Int?
  /// The statistics by which a VM Net normalises when it predicts.
  public var normalisation = PredictionNormalisation.image
  /// The parameters of solvers that the configuration sets, by method and name.
  public var solverParameters: [Method: [String: Double]] = [:]
  /// The settings of the processor on which the bits of the results depend.
  public var numerics = Numerics()
  /// The precision of networks in training; nil means tfloat32 on a GPU and float32 on a processor.
  public var precision: TrainingPrecision?
  /// The GPU that computes the networks, or nil for the processor.
  public var device: CUDADevice?

  /// Creates the default parameters.
  public init() {}

  /// Returns the parameters of a solver, in order: the values that are set, and defaults for the
  /// others.
  func parameters(of solver: any Solver.Type, for method: Method) -> [NamedNumber] {
    let given = solverParameters[method] ?? [:]
    return solver.defaultNumbers.map {
      NamedNumber(name: $0.name, value: given[$0.name] ?? $0.value)
    }
  }
}

/// The form in which a VM Net is given the geodesic distance.
public enum DistanceInput: String, Hashable, Sendable, CaseIterable {
  /// The distance D_G itself.
  case plain
  /// The clipped distance `min(1, theta D_G / lambda)`.
  case clipped
}
