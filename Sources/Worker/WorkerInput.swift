import Jobs
import Foundation
import Messaging
import Scheduling

/// An input of the worker's loop.
enum WorkerInput: Sendable {
  /// Messages arrived from the coordinator.
  case batch(InboundBatch)
  /// A stimulus for the state machine from the compute thread, the timer or the user.
  case stimulus(WorkerStimulus)
  /// A chunk of a blob that is being sent could not be read.
  case chunkUnreadable(Digest, reason: String)
  /// The compute thread has finished an attempt; `products` holds the bytes of its outputs.
  case computed(Attempt, JobResult, products: [Digest: Data])
}
