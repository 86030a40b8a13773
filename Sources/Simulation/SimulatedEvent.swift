import Jobs
import Scheduling

/// An event that will happen in a simulated cluster.
enum SimulatedEvent: Sendable {
  case coordinatorStarts
  case coordinatorTicks(generation: Int)
  /// The events of a batch have reached the disk.
  case journalSynced(generation: Int)
  case coordinatorThaws
  case coordinatorHears(WorkerMessage, from: Int, connection: Int)
  /// A message to this worker could not be delivered.
  case coordinatorMisses(Int)
  /// The launcher reports that the process of this worker has died.
  case coordinatorLearnsOfDeath(Int)
  case workerStarts
  case workerTicks(Int)
  case workerHears(CoordinatorMessage, Int, connection: Int)
  case fetchArrives(Int, Attempt, [Digest])
  case uploadArrives(Int, BlobReference)
  case uploadSynced(Int, BlobReference, generation: Int)
  case uploadAnswered(Int, BlobReference)
  case computes(Int, thread: Int)
  /// An attempt that had not begun was removed from the queue of the compute thread.
  case yields(Int, Attempt)
  case faultStrikes(Fault)
  case linkIsCut(Int, Direction, for: Duration)
}
