/// A unit of work that any worker can do once it has the blobs that the job names.
///
/// A job has one of four kinds, each with its own parameters. The job's name is the digest of its
/// canonical form, so equal work has the same name in every run. No job refers to ground truth.
public enum Job: Hashable, Sendable {
  /// Trains a VM Net on all cases; results in weights.
  case train(TrainJob)
  /// Predicts masks by a trained VM Net; results in one mask for each case.
  case predict(PredictJob)
  /// Fits an untrained DIP Net to each case; results in one mask for each case.
  case fit(FitJob)
  /// Minimises the energy for one case by a solver; results in one mask.
  case solve(SolveJob)
}

/// The kinds of jobs.
public enum JobKind: String, Hashable, Sendable, Codable, CaseIterable {
  /// The kind of `Job.train`.
  case train
  /// The kind of `Job.predict`.
  case predict
  /// The kind of `Job.fit`.
  case fit
  /// The kind of `Job.solve`.
  case solve
}

/// The part that jobs of every kind have.
public struct JobBasis: Hashable, Sendable, Codable {
  /// The method to which the job belongs.
  public var method: Method
  /// The mapping of the image files to the computing grid.
  public var preparation: Preparation
  /// The data term of the energy.
  public var energy: EnergyParameters
  /// The settings of the processor on which the bits of the result depend.
  public var numerics: Numerics

  /// Creates the common part of a job.
  public init(
    method: Method, preparation: Preparation = Preparation(),
    energy: EnergyParameters = EnergyParameters(), numerics: Numerics = Numerics()
  ) {
    self.method = method
    self.preparation = preparation
    self.energy = energy
    self.numerics = numerics
  }
}

extension Job {
  /// The name of the job: the digest of its canonical form.
  public var id: JobID { JobID(digest: Digest(of: canonicalForm)) }

  /// The kind of the job.
  public var kind: JobKind {
    switch self {
    case .train: .train
    case .predict: .predict
    case .fit: .fit
    case .solve: .solve
    }
  }

  /// The part that jobs of every kind have.
  public var basis: JobBasis {
    switch self {
    case .train(let job): job.basis
    case .predict(let job): job.basis
    case .fit(let job): job.basis
    case .solve(let job): job.basis
    }
  }

  /// The cases on which the job works, in the order of its masks.
  public var inputs: [CaseInput] {
    switch self {
    case .train(let job): job.inputs
    case .predict(let job): job.inputs
    case .fit(let job): job.inputs
    case .solve(let job): [job.input]
    }
  }

  /// The method to which the job belongs.
  public var method: Method { basis.method }

  /// The settings of the processor on which the bits of the result depend.
  public var numerics: Numerics { basis.numerics }

  /// The seed of all randomness, or nil if the job has none.
  public var seed: UInt64? {
    switch self {
    case .train(let job): job.seed
    case .fit(let job): job.seed
    case .predict, .solve: nil
    }
  }

  /// The `train` job whose weights the job needs, or nil if it needs none.
  public var weights: JobID? {
    guard case .predict(let job) = self else { return nil }
    return job.weights
  }

  /// The GPU that computes the job's networks, or nil if the processor computes them.
  public var device: CUDADevice? {
    switch self {
    case .train(let job): job.device
    case .predict(let job): job.device
    case .fit(let job): job.device
    case .solve: nil
    }
  }

  /// The number of GPUs that a machine must have for this job.
  public var requiredGPUs: Int { device.map { $0.index + 1 } ?? 0 }
}

// In the JSON of a plan a job is an object with one member, which is named after the kind.
extension Job: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    let intValue: Int? = nil
    init(_ kind: JobKind) { stringValue = kind.rawValue }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Reads the job of the first kind that the object has.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    guard let kind = JobKind.allCases.first(where: { container.contains(Key($0)) }) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "a job of no known kind"))
    }
    let key = Key(kind)
    switch kind {
    case .train: self = .train(try container.decode(TrainJob.self, forKey: key))
    case .predict: self = .predict(try container.decode(PredictJob.self, forKey: key))
    case .fit: self = .fit(try container.decode(FitJob.self, forKey: key))
    case .solve: self = .solve(try container.decode(SolveJob.self, forKey: key))
    }
  }

  /// Writes an object with one member, which is named after the kind.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .train(let job): try container.encode(job, forKey: Key(kind))
    case .predict(let job): try container.encode(job, forKey: Key(kind))
    case .fit(let job): try container.encode(job, forKey: Key(kind))
    case .solve(let job): try container.encode(job, forKey: Key(kind))
    }
  }
}
