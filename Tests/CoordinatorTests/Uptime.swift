import Dispatch
import Scheduling

/// Returns the time that has passed since the machine was started, without the time that it slept.
@Sendable func uptime() -> Instant {
  Instant(sinceOrigin: .nanoseconds(DispatchTime.now().uptimeNanoseconds))
}
