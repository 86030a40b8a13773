import Glibc

private let largePage = 1 << 21

/// Room for `count` values in pages of 2 MB, where the kernel has some: what is read across the rows of
/// a large image then seldom wants another page, and the kernel hands out fewer.
///
/// To be deallocated as a raw pointer.
func inLargePages<Value>(count: Int) -> UnsafeMutablePointer<Value> {
  let bytes = count * MemoryLayout<Value>.stride
  let room = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: largePage)
  madvise(room, bytes, MADV_HUGEPAGE)
  return room.bindMemory(to: Value.self, capacity: count)
}

/// Asks for such pages where whole ones lie within `values`.
func adviseLargePages(_ values: UnsafeMutableBufferPointer<Double>) {
  guard let first = values.baseAddress else { return }
  let start = (UInt(bitPattern: first) + UInt(largePage) - 1) & ~UInt(largePage - 1)
  let end = UInt(bitPattern: first + values.count) & ~UInt(largePage - 1)
  guard start < end else { return }
  madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_HUGEPAGE)
}
