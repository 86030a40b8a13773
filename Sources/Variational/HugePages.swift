import Glibc

private let hugePageSize: UInt = 1 << 21

/// Asks the kernel to use pages of 2 MB for a buffer wherever whole ones fit; call it before the
/// first write.
///
/// Walking across the rows of a large image then causes far fewer page faults and misses of the
/// translation cache. A kernel without transparent huge pages ignores the request.
func adviseHugePages(_ buffer: UnsafeMutableRawBufferPointer) {
  guard let first = buffer.baseAddress else { return }
  let start = (UInt(bitPattern: first) + hugePageSize - 1) & ~(hugePageSize - 1)
  let end = UInt(bitPattern: first + buffer.count) & ~(hugePageSize - 1)
  guard start < end else { return }
  madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_HUGEPAGE)
}
