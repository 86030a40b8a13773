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
