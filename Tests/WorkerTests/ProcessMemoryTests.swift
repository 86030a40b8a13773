import Foundation
import Testing
import Worker

@Suite(.serialized) struct ProcessMemoryTests {
  /// Bytes of the memory that a test allocates and touches.
  private let size = 64 << 20

  private func allocate() {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 4096)
    defer { memory.deallocate() }
    memset(memory, 1, size)
  }

  @Test("the peak rises with use and falls when it is reset")
  func reset() {
    ProcessMemory.resetPeak()
    let before = ProcessMemory.peak
    #expect(before > 1 << 20)
    allocate()
    #expect(ProcessMemory.peak >= before + size / 2)
    ProcessMemory.resetPeak()
    #expect(ProcessMemory.peak < before + size / 2)
  }

  @Test("each attempt has its own peak, whether the system was asked for it or not")
  func attempts() {
    var meter = PeakMemoryMeter()
    var now = Duration.zero
    func peak(of duration: Duration = .microseconds(10), _ attempt: () -> Void = {}) -> Int {
      meter.begin(at: now)
      attempt()
      now += duration
      return meter.end(at: now)
    }
    let before = (0..<5).map { _ in peak() }.max() ?? 0
    #expect(before > 1 << 20)
    for duration in [Duration.microseconds(10), .seconds(10)] {
      #expect(peak(of: duration, allocate) >= before + size / 2)
      // The memory of the large attempt is not attributed to those that follow, short or long.
      for seconds in [1e-5, 1e-5, 1, 1e-5] {
        #expect(peak(of: .seconds(seconds)) < before + size / 2)
      }
    }
  }
}
