import Jobs

/// Makes a method's jobs with exactly the parameters that each depends on.
struct JobDraft {
  let method: Method
  let settings: MethodSettings
  let seed: UInt64

  private func job(_ kind: JobKind, _ cases: [DatasetCase], seed: UInt64) -> Job {
    var energy = settings.energy
    // Only loss (3) of M1 has the edge-weighted term.
    if method != .m1 || kind != .train {
      energy.mu = 0
      (energy.iota, energy.edgeSigma) = (0, 0)
    }
    var numerics = settings.numerics
    // Only networks in training have another precision than float32, and only networks are on GPUs.
    if kind == .predict || kind == .solve {
      numerics.precision = nil
    } else if numerics.device != nil {
      numerics.precision = numerics.precision ?? .tensorFloat32
    }
    if kind == .solve { numerics.device = nil }
    // Windows that are given are taken as they are.
    if case .fixed = energy.gammas { energy.smallestGamma = EnergyParameters().smallestGamma }
    return Job(
      kind: kind, method: method, seed: seed, preparation: settings.preparation, energy: energy,
      numerics: numerics, inputs: cases.map(\.input))
  }

  func train(_ cases: [DatasetCase]) -> Job {
    var job = job(.train, cases, seed: seed)
    job.network = relevantNetwork
    job.training = relevantTraining
    return job
  }

  func predict(_ cases: [DatasetCase], with weights: JobID) -> Job {
    var job = job(.predict, cases, seed: 0)
    job.normalisation = settings.normalisation
    job.weights = weights
    return job
  }

  func fit(_ cases: [DatasetCase]) -> Job {
    var job = job(.fit, cases, seed: seed)
    job.network = relevantNetwork
    job.training = relevantTraining
    return job
  }

  func solve(_ one: DatasetCase) -> Job {
    var job = job(.solve, [one], seed: 0)
    if method == .elastica {
      job.elastica = settings.elastica
    } else {
      job.totalVariation = settings.totalVariation
    }
    return job
  }

  private var usesVM: Bool { method.isTrained }
  private var usesDIP: Bool { [.m3, .m4, .deepImagePrior].contains(method) }

  private var relevantNetwork: NetworkParameters {
    var network = settings.network
    if !usesVM { (network.vmWidth, network.vmDepth) = (0, 0) }
    if method != .m4 { network.distanceInput = nil }
    if !usesDIP {
      (network.dipWidth, network.dipSkip, network.dipDepth, network.noiseChannels) = (0, 0, 0, 0)
    }
    return network
  }

  private var relevantTraining: TrainingParameters {
    var training = settings.training
    if !usesDIP { (training.noiseScale, training.noiseDeviation) = (0, 0) }
    if !(usesVM && usesDIP) { training.similarity = 0 }
    if usesVM { training.outputAveraging = 0 }
    return training
  }
}

extension Job {
  /// Seconds on one core, roughly: measured at 128 x 128 and scaled by pixels, widths and steps.
  var expectedSeconds: Double {
    let pixels = Double(preparation.size * preparation.size) / Double(128 * 128)
    let cases = Double(inputs.count)
    switch kind {
    case .predict: return 0.24 * pixels * cases
    case .solve: return (method == .elastica ? 0.1 : 0.06) * pixels
    case .train, .fit:
      let vm = Double(network?.vmWidth ?? 0) / 16
      let dip = Double(network?.dipWidth ?? 0) / 32
      let step = 0.05 * pow2(vm) + 0.028 * dip * (0.8 + 0.2 * dip)
      return Double(training?.epochs ?? 0) * step * pixels * cases
    }
  }
}

private func pow2(_ value: Double) -> Double { value * value }
