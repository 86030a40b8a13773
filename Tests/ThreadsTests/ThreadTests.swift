import Foundation
import Synchronization
import Testing
import Threads

@Suite(
  "How Linux schedules threads",
  .enabled(if: ThreadScheduling.isVisible, "this system does not tell the time slice of a thread"))
struct ThreadTests {
  /// The scheduling of a thread that asks for nothing: that of the main thread.
  private let ordinary: ThreadScheduling

  init() throws { ordinary = try #require(ThreadScheduling.main) }

  @Test("a low-latency thread takes short turns until it ends that")
  func shortTurns() {
    let found = onNewThread {
      LowLatencyThread.begin()
      let during = ThreadScheduling.current
      LowLatencyThread.end()
      return [during, ThreadScheduling.current]
    }
    #expect(found == [ThreadScheduling(slice: 100_000, niceness: ordinary.niceness), ordinary])
  }

  @Test("a thread that a low-latency thread starts takes ordinary turns")
  func startedThread() {
    let found = onNewThread {
      LowLatencyThread.begin()
      return onNewThread { ThreadScheduling.current }
    }
    #expect(found?.slice == ordinary.slice)
  }

  @Test("the pool's threads that a low-latency thread starts take ordinary turns")
  func poolThreads() {
    let count = 32
    let slices = onNewThread {
      LowLatencyThread.begin()
      let found = Mutex<[Int?]>([])
      let group = DispatchGroup()
      // If no thread of the pool is idle and no closure waits for one, Dispatch starts a thread on the thread
      // that adds the closure. The pauses let each closure begin before the next one is added.
      for number in 0..<count {
        DispatchQueue(label: "test-\(number)").async(group: group) {
          let slice = ThreadScheduling.current?.slice
          found.withLock { $0.append(slice) }
          usleep(200_000)
        }
        usleep(2000)
      }
      group.wait()
      return found.withLock(\.self)
    }
    #expect(slices == Array(repeating: ordinary.slice, count: count))
  }

  @Test("a program that a low-latency thread starts takes ordinary turns")
  func startedProgram() throws {
    let text = try onNewThread {
      Result {
        LowLatencyThread.begin()
        return try Self.output(of: "/bin/cat", ["/proc/self/sched"])
      }
    }.get()
    #expect(ThreadScheduling.slice(in: text) == ordinary.slice)
  }

  private static func output(of program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardOutput = pipe
    try process.run()
    let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("a background queue of a low-latency thread has lower priority and ordinary turns")
  func backgroundQueue() throws {
    let found = onNewThread {
      LowLatencyThread.begin()
      let found = Mutex<ThreadScheduling?>(nil)
      let queue = BackgroundQueue("test")
      queue.async { found.withLock { $0 = ThreadScheduling.current } }
      queue.sync()
      return found.withLock(\.self)
    }
    let background = try #require(found)
    #expect(background.slice == ordinary.slice)
    #expect(background.niceness > ordinary.niceness)
  }
}
