import Foundation
import Jobs
import Segmentation

/// Carries out a job on the calling thread: the segmentation core, or what a test puts in its place.
///
/// Arguments as of `SegmentationCore.run`; throws `DipperError`.
public typealias Computation =
  @Sendable (
    _ job: Job, _ blobs: JobBlobs, _ checkpoint: Data?, _ emit: (JobEvent) throws -> Control
  ) throws -> JobProducts

/// Seconds on a monotonic clock of no particular origin.
public typealias MonotonicClock = @Sendable () -> Double

/// The segmentation core as a computation that takes time from `clock`.
public func segmentationCore(clock: @escaping MonotonicClock) -> Computation {
  { job, blobs, checkpoint, emit in
    try SegmentationCore.run(job, blobs: blobs, from: checkpoint, now: clock, emit: emit)
  }
}
