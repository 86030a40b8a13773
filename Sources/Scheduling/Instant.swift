/// A point in time of a monotonic clock, given by the duration since the clock's arbitrary origin.
///
/// Nothing in this module reads a clock. The caller passes the time, so that a test or a simulation
/// can choose it freely. Only differences between instants of the same clock have a meaning.
public struct Instant: InstantProtocol {
  /// The time that has passed since the clock's origin.
  public let sinceOrigin: Duration

  /// The origin of a clock.
  public static let origin = Instant(sinceOrigin: .zero)

  /// Creates the instant that lies this long after the clock's origin.
  public init(sinceOrigin: Duration) { self.sinceOrigin = sinceOrigin }

  /// Returns the instant that lies `duration` after this one.
  public func advanced(by duration: Duration) -> Instant {
    Instant(sinceOrigin: sinceOrigin + duration)
  }

  /// Returns the time from this instant until `other`.
  public func duration(to other: Instant) -> Duration { other.sinceOrigin - sinceOrigin }

  /// Returns true if `one` lies before `other`.
  public static func < (one: Instant, other: Instant) -> Bool {
    one.sinceOrigin < other.sinceOrigin
  }

  /// Returns the instant that lies `duration` after `instant`.
  public static func + (instant: Instant, duration: Duration) -> Instant {
    instant.advanced(by: duration)
  }

  /// Moves `instant` by `duration`.
  public static func += (instant: inout Instant, duration: Duration) {
    instant = instant.advanced(by: duration)
  }

  /// Returns the time from `start` until `end`.
  public static func - (end: Instant, start: Instant) -> Duration { start.duration(to: end) }
}
