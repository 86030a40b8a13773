import Foundation
import Testing
import Worker

/// The peak is that since it was last forgotten.
@Test func thePeakRisesWithUseAndIsForgotten() throws {
  let size = 64 << 20
  ProcessMemory.forgetPeak()
  let before = ProcessMemory.peak
  #expect(before > 1 << 20)
  do {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 4096)
    defer { memory.deallocate() }
    memset(memory, 1, size)
  }
  #expect(ProcessMemory.peak >= before + size / 2)
  ProcessMemory.forgetPeak()
  #expect(ProcessMemory.peak < before + size / 2)
}

/// Each attempt has a peak of its own, whether the system was asked for it or not.
@Test func eachAttemptHasItsOwnPeak() {
  let size = 64 << 20
  var (meter, now) = (PeakMeter(), 0.0)
  func peak(seconds: Double = 1e-5, _ attempt: () -> Void = {}) -> Int {
    meter.begin(at: now)
    attempt()
    now += seconds
    return meter.end(at: now)
  }
  let before = (0..<5).map { _ in peak() }.max() ?? 0
  #expect(before > 1 << 20)
  for seconds in [1e-5, 10] {
    let large = peak(seconds: seconds) {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 4096)
      defer { memory.deallocate() }
      memset(memory, 1, size)
    }
    #expect(large >= before + size / 2)
    // What the large one had is not told of those that follow, short or long.
    for following in [1e-5, 1e-5, 1, 1e-5] {
      #expect(peak(seconds: following) < before + size / 2)
    }
  }
}
