import Dispatch
import Jobs
import Foundation
import Segmentation

/// A function that carries out a job on the calling thread. It is `SegmentationCore.run` or, in
/// tests, a substitute.
///
/// The arguments are those of `SegmentationCore.run`. Throws `DipperError`.
public typealias Computation =
  @Sendable (
    _ job: Job, _ blobs: JobBlobs, _ checkpoint: Data?, _ emit: (JobEvent) throws -> Control
  ) throws -> JobProducts

/// A monotonic clock, which returns the time since an arbitrary instant that is the same in all
/// processes of a machine.
public typealias MonotonicClock = @Sendable () -> Duration

/// Returns the time since the machine was started, without the time in which it was suspended.
@Sendable public func uptime() -> Duration { .nanoseconds(DispatchTime.now().uptimeNanoseconds) }

/// Returns the computation that runs the segmentation core and measures time with `clock`.
public func segmentationCore(clock: @escaping MonotonicClock) -> Computation {
  { job, blobs, checkpoint, emit in
    try SegmentationCore.run(
      job, blobs: blobs, from: checkpoint, now: clock, emit: emit)
  }
}
