import Dispatch
import Foundation
import Testing
import Threads

@Suite("A queue of events") struct EventQueueTests {
  /// Appends `events` on another thread once `delay` has passed.
  private func append(_ events: [Int], to queue: EventQueue<Int>, after delay: DispatchTimeInterval)
  {
    DispatchQueue.global().asyncAfter(deadline: .now() + delay) {
      for event in events { queue.append(event) }
    }
  }

  /// The next `count` events, in the order in which they are taken.
  private func take(_ count: Int, from queue: EventQueue<Int>, busyPolling duration: Duration)
    -> [Int]
  {
    var taken: [Int] = []
    while taken.count < count { taken += queue.takeAll(busyPolling: duration) }
    return taken
  }

  @Test(
    "the reader takes what waits and what comes while it polls or sleeps",
    arguments: [Duration.zero, .microseconds(100), .seconds(10)])
  func takesAll(polling: Duration) {
    let queue = EventQueue<Int>()
    queue.append(1)
    queue.append(2)
    #expect(queue.takeAll(busyPolling: polling) == [1, 2])
    append([3], to: queue, after: .milliseconds(20))
    let start = ContinuousClock.now
    #expect(queue.takeAll(busyPolling: polling) == [3])
    #expect(start.duration(to: .now) < .seconds(5))
  }

  @Test(
    "each of many events is taken once and in order",
    arguments: [Duration.zero, .microseconds(100)])
  func keepsOrder(polling: Duration) {
    let queue = EventQueue<Int>()
    let count = 20_000
    append(Array(0..<count), to: queue, after: .seconds(0))
    #expect(take(count, from: queue, busyPolling: polling) == Array(0..<count))
  }

  @Test("a reader that polled in vain sleeps afterwards")
  func sleepsAfterPolling() {
    let queue = EventQueue<Int>()
    append([1], to: queue, after: .milliseconds(500))
    let before = processorTime()
    #expect(queue.takeAll(busyPolling: .milliseconds(10)) == [1])
    #expect(processorTime() - before < .milliseconds(250))
  }

  /// The processor time that the calling thread has used.
  private func processorTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
