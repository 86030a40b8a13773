import Dispatch
import Foundation
import Messaging
import Testing

struct EventQueueTests {
  /// Appends `events` on a thread of its own once `delay` seconds have passed.
  private func append(_ events: [Int], to queue: EventQueue<Int>, after delay: Double) {
    DispatchQueue.global().asyncAfter(deadline: .now() + delay) {
      for event in events { queue.append(event) }
    }
  }

  /// The next `count` events, in the order in which they are taken.
  private func take(
    _ count: Int, from queue: EventQueue<Int>, lookingOutFor seconds: Double
  ) -> [Int] {
    var taken: [Int] = []
    while taken.count < count { taken += queue.takeAll(lookingOutFor: seconds) }
    return taken
  }

  @Test(arguments: [0, 1e-4, 10])
  func itTakesWhatIsThereAndWhatComesLater(patience: Double) {
    let queue = EventQueue<Int>()
    queue.append(1)
    queue.append(2)
    #expect(queue.takeAll(lookingOutFor: patience) == [1, 2])
    // It comes while it is looked for, or once that has been given up.
    append([3], to: queue, after: 0.02)
    let start = DispatchTime.now()
    #expect(queue.takeAll(lookingOutFor: patience) == [3])
    #expect(DispatchTime.now() < start + 5)
  }

  @Test(arguments: [0, 1e-4])
  func everyEventOfManyIsTakenOnceAndInOrder(patience: Double) {
    let queue = EventQueue<Int>()
    let count = 20_000
    append(Array(0..<count), to: queue, after: 0)
    #expect(take(count, from: queue, lookingOutFor: patience) == Array(0..<count))
  }

  @Test func whoLooksOutInVainSleepsAfterwards() {
    let queue = EventQueue<Int>()
    append([1], to: queue, after: 0.5)
    let before = processorSeconds()
    #expect(queue.takeAll(lookingOutFor: 0.01) == [1])
    #expect(processorSeconds() - before < 0.25)
  }

  /// Of the calling thread.
  private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
