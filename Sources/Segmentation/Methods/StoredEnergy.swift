import Jobs

/// The energy of a training as a weights file stores it, without nesting and with zeros in place of
/// a missing regulariser. The layout is fixed, so that equal trainings write equal files in all
/// releases.
struct StoredEnergy: Codable {
  private enum Gammas: Codable {
    case otsu(classes: Int)
    case spread(factor: Double)
    case fixed(gamma1: Double, gamma2: Double)
  }

  private var lambda: Double
  private var theta: Double
  private var mu = 0.0
  private var iota = 0.0
  private var edgeSigma = 0.0
  private var gammas: Gammas
  private var smallestGamma = 0.05
  private var distanceSigma: Double
  private var vartheta: Double
  private var epsilon: Double
  private var beta: Double

  init(of job: TrainJob) {
    let energy = job.basis.energy
    lambda = energy.lambda
    theta = energy.theta
    distanceSigma = energy.distanceSigma
    vartheta = energy.vartheta
    epsilon = energy.epsilon
    beta = energy.beta
    switch energy.gammas {
    case .otsu(let classes, let smallest):
      gammas = .otsu(classes: classes)
      smallestGamma = smallest
    case .spread(let factor, let smallest):
      gammas = .spread(factor: factor)
      smallestGamma = smallest
    case .fixed(let gamma1, let gamma2):
      gammas = .fixed(gamma1: gamma1, gamma2: gamma2)
    }
    if case .regularised(let variation) = job.loss {
      mu = variation.mu
      iota = variation.iota
      edgeSigma = variation.sigma
    }
  }

  /// The data term, with which predictions prepare images.
  var parameters: EnergyParameters {
    var energy = EnergyParameters()
    energy.lambda = lambda
    energy.theta = theta
    energy.distanceSigma = distanceSigma
    energy.vartheta = vartheta
    energy.epsilon = epsilon
    energy.beta = beta
    energy.gammas =
      switch gammas {
      case .otsu(let classes): .otsu(classes: classes, smallest: smallestGamma)
      case .spread(let factor): .spread(factor: factor, smallest: smallestGamma)
      case .fixed(let gamma1, let gamma2): .fixed(gamma1: gamma1, gamma2: gamma2)
      }
    return energy
  }
}
