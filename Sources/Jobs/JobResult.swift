/// The name and length of a sequence of bytes.
public struct BlobReference: Hashable, Sendable, Codable {
  /// The SHA-256 of the bytes.
  public var digest: Digest
  /// The number of bytes.
  public var size: Int

  /// Refers to `size` bytes by their digest.
  public init(digest: Digest, size: Int) {
    self.digest = digest
    self.size = size
  }
}

/// One blob that a job made.
public struct JobOutput: Hashable, Sendable, Codable {
  /// The meaning of an output.
  public enum Role: Hashable, Sendable, Codable {
    /// The weights of a VM Net as a safetensors file.
    case weights
    /// The segmentation of the job's `case`-th input: a PNG of 0 and 255 on the original grid.
    case mask(case: Int)
    /// The values of a `train` or `fit` by epoch: `TrainingCurve.csv`.
    case curve
  }

  /// The meaning of the output.
  public var role: Role
  /// The bytes of the output.
  public var blob: BlobReference
  /// The wall time that the output took, in seconds.
  public var seconds: Double

  /// Describes one output of a job.
  public init(role: Role, blob: BlobReference, seconds: Double) {
    self.role = role
    self.blob = blob
    self.seconds = seconds
  }
}

/// The result of a finished job.
public struct JobResult: Hashable, Sendable, Codable {
  /// The blobs that the job made.
  public var outputs: [JobOutput]
  /// The last metrics by name: energy, loss, gap, residual, iterations.
  public var metrics: [String: Double]
  /// The wall time of the attempt that finished, in seconds.
  public var seconds: Double
  /// The largest resident memory of the worker process, in bytes.
  public var peakMemory: Int
  /// The worker's numerics fingerprint; with the job it determines the bits of the outputs.
  public var fingerprint: [String: String]?

  /// Describes the result of an attempt.
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

/// The progress of a running job.
public struct JobProgress: Hashable, Sendable, Codable {
  /// The steps done: epochs, iterations or cases.
  public var step: Int
  /// The largest number of steps that the job can take.
  public var total: Int
  /// The values at this step by name: loss, energy.
  public var metrics: [String: Double]

  /// Reports `step` of at most `total` steps.
  public init(step: Int, total: Int, metrics: [String: Double]) {
    self.step = step
    self.total = total
    self.metrics = metrics
  }
}
