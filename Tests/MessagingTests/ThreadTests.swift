import Foundation
import Messaging
import Synchronization
import Testing

/// How the system treats threads: what Linux says of each in its `sched`.
struct ThreadTests {
  private struct Treatment: Equatable, Sendable {
    var slice: Int
    var niceness: Int32
  }

  /// That of the calling thread; nil where the system has no slices of a thread's own, before Linux 6.12,
  /// or does not tell.
  private static func treatment() -> Treatment? {
    let linux = ProcessInfo.processInfo.operatingSystemVersion
    guard (linux.majorVersion, linux.minorVersion) >= (6, 12),
      let text = try? String(contentsOfFile: "/proc/thread-self/sched", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("se.slice") }),
      let slice = line.split(separator: " ").last.flatMap({ Int($0) })
    else { return nil }
    return Treatment(
      slice: slice, niceness: getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0))
  }

  /// What `body` finds on a thread of its own.
  private static func onThread(
    _ body: @escaping @Sendable () -> Treatment?
  ) -> Treatment? {
    let found = Mutex<Treatment?>(nil)
    let end = DispatchSemaphore(value: 0)
    Thread {
      let treatment = body()
      found.withLock { $0 = treatment }
      end.signal()
    }.start()
    end.wait()
    return found.withLock(\.self)
  }

  @Test func promptThreadsTakeShortTurnsAndTheirYieldingOnesNot() throws {
    guard let ordinary = Self.onThread(Self.treatment) else {
      return print("skipped: this system does not tell how long a thread's turns are")
    }
    let prompt = Self.onThread {
      PromptThread.begin()
      return Self.treatment()
    }
    let yielding = Self.onThread {
      PromptThread.begin()
      let found = Mutex<Treatment?>(nil)
      let queue = YieldingQueue("test")
      queue.async { found.withLock { $0 = Self.treatment() } }
      queue.sync()
      return found.withLock(\.self)
    }
    #expect(prompt == Treatment(slice: 100_000, niceness: ordinary.niceness))
    #expect(yielding?.slice == ordinary.slice)
    #expect(try #require(yielding).niceness > ordinary.niceness)
  }
}
