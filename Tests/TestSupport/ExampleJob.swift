import Foundation
import Jobs

extension Job {
  /// A job of default parameters; equal arguments give equal jobs.
  ///
  /// - Parameters:
  ///   - kind: The kind of the job.
  ///   - method: The method; nil stands for one of the kind.
  ///   - number: Tells the job from others of its kind.
  ///   - inputs: The cases; a `solve` takes the first.
  ///   - weights: The training of a `predict`; by default one that no plan has.
  public static func example(
    _ kind: JobKind, method: Jobs.Method? = nil, number: Int = 1,
    inputs: [CaseInput] = [.example], weights: JobID? = nil
  ) -> Job {
    switch kind {
    case .train:
      let job = TrainJob(
        basis: JobBasis(method: method ?? "M3"), inputs: inputs, seed: UInt64(number),
        network: VMNetParameters(), geometry: .markers,
        loss: .assisted(DeepImagePrior(), similarity: 0.5), training: TrainingParameters())
      return .train(job)
    case .predict:
      let weights = weights ?? JobID(digest: Digest(of: Data("training \(number)".utf8)))
      let job = PredictJob(
        basis: JobBasis(method: method ?? "M3"), inputs: inputs, weights: weights,
        geometry: .markers, normalisation: .image)
      return .predict(job)
    case .fit:
      let job = FitJob(
        basis: JobBasis(method: method ?? "DIP"), inputs: inputs, seed: UInt64(number),
        prior: DeepImagePrior(), training: TrainingParameters(), outputAveraging: 0.99)
      return .fit(job)
    case .solve:
      let job = SolveJob(
        basis: JobBasis(method: method ?? "TV"), input: inputs[0],
        parameters: [NamedNumber(name: "mu", value: Double(number))])
      return .solve(job)
    }
  }

  /// Changes the part that jobs of every kind have.
  public mutating func edit(_ change: (inout JobBasis) -> Void) {
    switch self {
    case .train(var job):
      change(&job.basis)
      self = .train(job)
    case .predict(var job):
      change(&job.basis)
      self = .predict(job)
    case .fit(var job):
      change(&job.basis)
      self = .fit(job)
    case .solve(var job):
      change(&job.basis)
      self = .solve(job)
    }
  }

  /// The same job with its networks on a device.
  public func on(_ device: CUDADevice?) -> Job {
    switch self {
    case .train(var job):
      job.device = device
      return .train(job)
    case .predict(var job):
      job.device = device
      return .predict(job)
    case .fit(var job):
      job.device = device
      return .fit(job)
    case .solve: return self
    }
  }
}

extension CaseInput {
  /// The inputs of a case that no file holds.
  public static let example = CaseInput(
    image: Digest(of: Data("image".utf8)), markers: Digest(of: Data("markers".utf8)))
}
