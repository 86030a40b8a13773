import Dispatch
import Jobs
import Foundation
import Segmentation

/// Carries out a job on the calling thread: `SegmentationCore.run`, or a stand-in of a test.
///
/// The arguments are those of `SegmentationCore.run`. Throws `DipperError`.
public typealias Computation =
  @Sendable (
    _ job: Job, _ blobs: JobBlobs, _ checkpoint: Data?, _ emit: (JobEvent) throws -> Control
  ) throws -> JobProducts

/// Returns the time that has passed since an arbitrary instant that is the same in all processes of a
/// machine.
public typealias MonotonicClock = @Sendable () -> Duration

/// Returns the time that has passed since the machine was started, without the time that it slept.
@Sendable public func uptime() -> Duration { .nanoseconds(DispatchTime.now().uptimeNanoseconds) }

/// Returns the computation that runs the segmentation core and measures time with `clock`.
public func segmentationCore(clock: @escaping MonotonicClock) -> Computation {
  { job, blobs, checkpoint, emit in
    try SegmentationCore.run(
      job, blobs: blobs, from: checkpoint, now: clock, emit: emit)
  }
}
