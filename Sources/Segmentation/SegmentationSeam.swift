import Foundation
import Jobs

/// What a running job says.
public enum JobEvent: Sendable {
  /// It got further.
  case progress(JobProgress)
  /// A state from which `run` can continue: the safetensors bytes of that after `step` steps, made when
  /// they are asked for, which any thread can do while the computation goes on.
  case checkpoint(step: Int, encoded: @Sendable () -> Data)
}

/// What a running job is to do after it said something.
public enum Control: Hashable, Sendable {
  /// Go on.
  case proceed
  /// Stop now; `run` throws `DipperError` of code `jobStopped`.
  case stop
  /// Emit a checkpoint, then stop.
  case checkpointAndStop
}

/// The bytes that a job needs, by digest, and the trained weights of a prediction.
public struct JobBlobs: Sendable {
  /// Image and marker files of the job's inputs.
  public var inputs: [Digest: Data]
  /// The safetensors weights of a `predict`.
  public var weights: Data?
  /// The bytes that a job needs.
  public init(inputs: [Digest: Data], weights: Data? = nil) {
    self.inputs = inputs
    self.weights = weights
  }
}

/// One thing that a job made, with its bytes.
public struct JobProduct: Sendable {
  /// What it is.
  public var role: JobOutput.Role
  /// Its bytes.
  public var bytes: Data
  /// Wall time that it took, in seconds.
  public var seconds: Double
  /// One thing that a job made.
  public init(role: JobOutput.Role, bytes: Data, seconds: Double) {
    self.role = role
    self.bytes = bytes
    self.seconds = seconds
  }
}

extension JobProduct {
  /// The curve of a training, which takes no time of its own.
  init(_ curve: TrainingCurve) { self.init(role: .curve, bytes: curve.csv, seconds: 0) }
}

/// All that a job made.
public struct JobProducts: Sendable {
  /// Weights or masks, and the curve of a training.
  public var products: [JobProduct]
  /// The last metrics by name.
  public var metrics: [String: Double]
  /// All that a job made.
  public init(products: [JobProduct], metrics: [String: Double]) {
    self.products = products
    self.metrics = metrics
  }
}
