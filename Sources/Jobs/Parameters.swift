/// How the intensities of an image become `[0, 1]`.
public enum IntensityWindow: Hashable, Sendable, Codable {
  /// The smallest value to 0, the largest to 1.
  case minmax
  /// `low` and below to 0, `high` and above to 1, linear between; in the image's own units.
  case range(low: Double, high: Double)
}

/// From a file's image and markers to what the energy sees (MATH: sections 8 and 11).
public struct Preparation: Hashable, Sendable, Codable {
  /// Applied to the whole image, before the region of interest is cut out.
  public var window: IntensityWindow = .minmax
  /// Side of the square region of interest as a multiple of the markers' extent, > 1; nil keeps
  /// the whole image. Inside the region intensities are min-max normalised again.
  public var regionOfInterest: Double?
  /// Side of the square grid on which everything is computed, in pixels; a multiple of 32.
  public var size: Int = 192

  /// MATH's defaults: min-max, whole image, 192 x 192.
  public init() {}
}

/// How the half-widths gamma1, gamma2 of the fitting term's window are chosen.
public enum GammaRule: Hashable, Sendable, Codable {
  /// From the thresholds of a multi-class Otsu split of the prepared image.
  case otsu(classes: Int)
  /// `factor` times the standard deviation inside the marker polygon.
  case spread(factor: Double)
  /// Given.
  case fixed(gamma1: Double, gamma2: Double)
}

/// The variational energy `mu INT g|grad u| + lambda INT Phi u + theta INT D_G u`: paper, (1).
public struct EnergyParameters: Hashable, Sendable, Codable {
  /// Weight of the fitting term Phi.
  public var lambda: Double = 1
  /// Weight of the geodesic distance D_G.
  public var theta: Double = 3
  /// Weight of the edge-weighted total variation in loss (3); M1 only.
  public var mu: Double = 0.2
  /// Steepness of the edge detector `g = 1 / (1 + iota |grad f|^2)`.
  public var iota: Double = 1000
  /// Standard deviation of the Gaussian before the edge detector, in pixels.
  public var edgeSigma: Double = 1
  /// The window of the fitting term.
  public var gammas: GammaRule = .otsu(classes: 3)
  /// No gamma falls below this unasked (not applied to `fixed`).
  public var smallestGamma: Double = 0.05
  /// Standard deviation of the Gaussian before the geodesic distance, in pixels; 0 is none.
  public var distanceSigma: Double = 0
  /// Weight of the Euclidean distance in the geodesic speed (JMIV 2019: 0.1); 0 is none.
  public var vartheta: Double = 0
  /// The constant in the eikonal right-hand side `epsilon + beta |grad f|^2`.
  public var epsilon: Double = 1e-3
  /// The gradient's weight in the eikonal right-hand side.
  public var beta: Double = 1000

  /// MATH's defaults (section 10).
  public init() {}
}

/// The shapes of the two networks (MATH: sections 4 and 5a).
public struct NetworkParameters: Hashable, Sendable, Codable {
  /// Channels of the VM Net's first level; each level doubles them.
  public var vmWidth: Int = 16
  /// Levels of the VM Net above the bottleneck.
  public var vmDepth: Int = 4
  /// Channels of every level of the DIP Net.
  public var dipWidth: Int = 128
  /// Channels of the DIP Net's skip connections.
  public var dipSkip: Int = 4
  /// Levels of the DIP Net.
  public var dipDepth: Int = 5
  /// Channels of the noise z.
  public var noiseChannels: Int = 32
  /// How M4 sees the geodesic distance; nil is `plain`.
  public var distanceInput: DistanceInput?

  /// MATH's defaults (section 10).
  public init() {}
}

/// How the geodesic distance is shown to the VM Net.
public enum DistanceInput: String, Hashable, Sendable, Codable, CaseIterable {
  /// As D_G.
  case plain
  /// As `min(1, theta D_G / lambda)`: 1 from where the distance outweighs the best fit, so that what
  /// matters fills the range, in every image alike.
  case clipped
}

/// Which statistics the VM Net normalises by when it predicts.
public enum PredictionNormalisation: String, Hashable, Sendable, Codable, CaseIterable {
  /// The running averages gathered in training.
  case running
  /// The statistics of the test image itself.
  case image
  /// Both, and their mean, each also averaged over the image's eight symmetries: of these six
  /// predictions the one of the least energy, image by image.
  case leastEnergy = "least-energy"
}

/// What ends the fitting of a network before its last epoch: values that need no label.
public enum StoppingRule: Hashable, Sendable, Codable {
  /// The data term's share of its lower bound has not grown by more than `tolerance` for `patience`
  /// epochs.
  case plateau(patience: Int, tolerance: Double)
  /// The variance of the last `window` outputs has had no new minimum for `patience` epochs; the result
  /// is that of the minimum (Wang et al. 2021: ES-WMV).
  case variance(window: Int, patience: Int)
}

/// How a network is fitted (paper, section 4; MATH: section 5).
public struct TrainingParameters: Hashable, Sendable, Codable {
  /// Steps of Adam; every step sees all cases of the job.
  public var epochs: Int = 200
  /// Adam's step size.
  public var learningRate: Double = 1e-3
  /// Upper end of the uniform distribution of the fixed noise z.
  public var noiseScale: Double = 0.1
  /// Standard deviation of z-hat, drawn anew every epoch.
  public var noiseDeviation: Double = 0.01
  /// Weight of the similarity term in loss (2); the paper has 1/2.
  public var similarity: Double = 0.5
  /// Epochs from one checkpoint to the next.
  public var checkpointEvery: Int = 25
  /// What ends the fitting before its last epoch; nil is nothing.
  public var stopping: StoppingRule?
  /// Decay of the running mean of a fit's outputs that is its result; 0 takes the last output.
  public var outputAveraging: Double = 0.99

  /// MATH's defaults (section 10).
  public init() {}
}

/// The TV model's solver (MATH: section 6).
public struct TotalVariationParameters: Hashable, Sendable, Codable {
  /// Weight of the total variation.
  public var mu: Double = 1
  /// Relative duality gap at which the solver stops.
  public var tolerance: Double = 1e-4
  /// Iterations after which it gives up and says so.
  public var maximumIterations: Int = 5000

  /// MATH's defaults (section 10).
  public init() {}
}

/// The elastica model's solver (MATH: section 7c).
public struct ElasticaParameters: Hashable, Sendable, Codable {
  /// Weight of length.
  public var alpha: Double = 1
  /// Weight of squared curvature.
  public var beta: Double = 10
  /// Weight of the relaxation `|grad u| - n . grad u`; called gam in MATH.
  public var coupling: Double = 2
  /// Relative gap at which the outer iteration stops: by what share of its size a change of the mask
  /// alone, or of the normals alone, could still lower the energy.
  public var tolerance: Double = 5e-4
  /// Outer iterations after which it gives up and says so.
  public var maximumIterations: Int = 200

  /// MATH's defaults (section 10).
  public init() {}
}

/// What the bits of a result depend on besides its inputs.
public struct Numerics: Hashable, Sendable, Codable {
  /// Intra-operation threads of the numerical library.
  public var threads: Int = 1
  /// What the processor may contribute; nil is `native`.
  public var mode: NumericMode?
  /// In which precision networks are trained; nil is float32.
  public var precision: TrainingPrecision?
  /// The GPU on which networks are trained and predict; nil is the processor.
  public var device: CUDADevice?

  /// One thread, native, on the processor.
  public init() {}
}

/// How the values inside a network are stored while it is trained; its weights and all sums are
/// float32 in any case.
public enum TrainingPrecision: String, Hashable, Sendable, Codable, CaseIterable {
  /// 24 bits of significand.
  case float32
  /// 8 bits of significand in the range of float32.
  case bfloat16
  /// As float32, but a GPU rounds the factors of convolutions to 11 bits (NVIDIA's TF32).
  case tensorFloat32 = "tfloat32"
}

/// Which of a processor's instructions may shape the bits of a result.
public enum NumericMode: String, Hashable, Sendable, Codable, CaseIterable {
  /// The fastest that it has: processors of another kind give other bits.
  case native
  /// Only those that every x86-64 processor has: all give the same bits, more slowly.
  case portable
}
