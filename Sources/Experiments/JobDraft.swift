import Jobs
import Methods

/// Creates a method's jobs, each with only the parameters that its kind of job uses.
struct JobDraft {
  let method: MethodDescription
  let settings: MethodSettings
  let seed: UInt64

  /// Creates the training of a VM Net.
  func train(_ cases: [DatasetCase], as training: NetworkTraining) -> TrainJob {
    TrainJob(
      basis: basis, inputs: cases.map(\.input), seed: seed, network: settings.vmNet,
      geometry: geometry(training.geometry), loss: loss(training.loss),
      training: settings.training, precision: precision, device: settings.device)
  }

  /// Creates the prediction of a trained VM Net.
  func predict(
    _ cases: [DatasetCase], as training: NetworkTraining, weights: JobID
  ) -> PredictJob {
    PredictJob(
      basis: basis, inputs: cases.map(\.input), weights: weights,
      geometry: geometry(training.geometry), normalisation: settings.normalisation,
      device: settings.device)
  }

  /// Creates the fit of a DIP Net to each case.
  func fit(_ cases: [DatasetCase]) -> FitJob {
    FitJob(
      basis: basis, inputs: cases.map(\.input), seed: seed, prior: settings.prior,
      training: settings.training, outputAveraging: settings.outputAveraging,
      precision: precision, device: settings.device)
  }

  /// Creates the minimisation of the energy for a case.
  func solve(_ one: DatasetCase, by solver: any Solver.Type) -> SolveJob {
    SolveJob(
      basis: basis, input: one.input,
      parameters: settings.parameters(of: solver, for: method.name))
  }

  private var basis: JobBasis {
    JobBasis(
      method: method.name, preparation: settings.preparation, energy: settings.energy,
      numerics: settings.numerics)
  }

  private var precision: TrainingPrecision {
    settings.precision ?? (settings.device == nil ? .float32 : .tensorFloat32)
  }

  private func geometry(_ geometry: NetworkTraining.GeometricInformation) -> GeometryInput {
    switch geometry {
    case .markers: .markers
    case .distance: settings.distanceInput == .clipped ? .clippedDistance : .distance
    }
  }

  private func loss(_ loss: NetworkTraining.Loss) -> TrainingLoss {
    switch loss {
    case .regularised: .regularised(settings.variation)
    case .unregularised: .unregularised
    case .assisted: .assisted(settings.prior, similarity: settings.similarity)
    }
  }
}
