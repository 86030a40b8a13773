import Jobs

/// A saved state from which another attempt can continue a job.
public struct Checkpoint: Hashable, Sendable, Codable {
  /// The number of steps that were done when the state was saved.
  public var step: Int
  /// The bytes of the state, in the safetensors format.
  public var blob: BlobReference
  /// Creates the checkpoint that was saved after `step` steps.
  public init(step: Int, blob: BlobReference) {
    self.step = step
    self.blob = blob
  }
}
