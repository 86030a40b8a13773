import Foundation
import Jobs

/// A report of a running job.
public enum JobEvent: Sendable {
  /// The job has made progress.
  case progress(JobProgress)
  /// The job can continue from the state after `step` steps. `encoded` returns that state as a
  /// safetensors file; it may run on any thread while the computation continues.
  case checkpoint(step: Int, encoded: @Sendable () -> Data)
}

/// The answer to a report: what the running job does next.
public enum Control: Hashable, Sendable {
  /// Continues the job with its next step.
  case proceed
  /// Stops now; `run` throws `DipperError` of code `jobStopped`.
  case stop
  /// Reports a checkpoint, then stops.
  case checkpointAndStop
}

/// The input files of a job by digest, and the trained weights of a prediction.
public struct JobBlobs: Sendable {
  /// The image and marker files of the job's inputs.
  public var inputs: [Digest: Data]
  /// The safetensors weights of a `predict`.
  public var weights: Data?
  /// Gathers the files and weights of a job.
  public init(inputs: [Digest: Data], weights: Data? = nil) {
    self.inputs = inputs
    self.weights = weights
  }
}

/// An output of a job, with its bytes.
public struct JobProduct: Sendable {
  /// The meaning of the output.
  public var role: JobOutput.Role
  /// The bytes of the output.
  public var bytes: Data
  /// The wall time that the output took.
  public var duration: Duration
  /// Creates an output from its bytes.
  public init(role: JobOutput.Role, bytes: Data, duration: Duration) {
    self.role = role
    self.bytes = bytes
    self.duration = duration
  }
}

extension JobProduct {
  /// Creates the output of a training's curve, which takes no time of its own.
  init(_ curve: TrainingCurve) { self.init(role: .curve, bytes: curve.csv, duration: .zero) }
}

/// The outputs and metrics of a job.
public struct JobProducts: Sendable {
  /// The weights or masks, and the curve of a training.
  public var products: [JobProduct]
  /// The last metrics by name.
  public var metrics: [String: Double]
  /// Gathers the outputs and metrics of a job.
  public init(products: [JobProduct], metrics: [String: Double]) {
    self.products = products
    self.metrics = metrics
  }
}
