/// Some bytes by name and length.
public struct BlobReference: Hashable, Sendable, Codable {
  /// The SHA-256 of the bytes.
  public var digest: Digest
  /// Their number.
  public var size: Int

  /// The bytes of this digest and length.
  public init(digest: Digest, size: Int) {
    self.digest = digest
    self.size = size
  }
}

/// One thing that a job made.
public struct JobOutput: Hashable, Sendable, Codable {
  /// What it is.
  public enum Role: Hashable, Sendable, Codable {
    /// A VM Net's weights, safetensors.
    case weights
    /// The segmentation of the job's `case`-th input: a PNG of 0 and 255 on the original grid.
    case mask(case: Int)
    /// The values of a `train` or `fit` by epoch: `TrainingCurve.csv`.
    case curve
  }

  /// What it is.
  public var role: Role
  /// Its bytes.
  public var blob: BlobReference
  /// Wall time that it took, in seconds.
  public var seconds: Double

  /// One thing that a job made.
  public init(role: Role, blob: BlobReference, seconds: Double) {
    self.role = role
    self.blob = blob
    self.seconds = seconds
  }
}

/// What a finished job leaves.
public struct JobResult: Hashable, Sendable, Codable {
  /// What it made.
  public var outputs: [JobOutput]
  /// Its last metrics by name: energy, loss, gap, residual, iterations.
  public var metrics: [String: Double]
  /// Wall time of the attempt that finished, in seconds.
  public var seconds: Double
  /// Largest resident memory of the worker process, in bytes.
  public var peakMemory: Int
  /// The worker's numerics fingerprint: what the bits of the outputs depend on besides the job.
  public var fingerprint: [String: String]?

  /// What a finished job leaves.
  public init(
    outputs: [JobOutput], metrics: [String: Double], seconds: Double, peakMemory: Int,
    fingerprint: [String: String]? = nil
  ) {
    self.outputs = outputs
    self.metrics = metrics
    self.seconds = seconds
    self.peakMemory = peakMemory
    self.fingerprint = fingerprint
  }
}

/// How far a job is.
public struct JobProgress: Hashable, Sendable, Codable {
  /// Steps done: epochs, iterations or cases.
  public var step: Int
  /// Steps in all, at most.
  public var total: Int
  /// Values at this step by name: loss, energy.
  public var metrics: [String: Double]

  /// How far a job is.
  public init(step: Int, total: Int, metrics: [String: Double]) {
    self.step = step
    self.total = total
    self.metrics = metrics
  }
}
