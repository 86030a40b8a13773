import Glibc

private let largePage: UInt = 1 << 21

/// Asks for pages of 2 MB where whole ones lie within `room`, before it is first written to: what is
/// read across the rows of a large image then seldom wants another page, and the kernel hands out fewer.
///
/// A kernel that has none leaves it at small ones.
func adviseLargePages(_ room: UnsafeMutableRawBufferPointer) {
  guard let first = room.baseAddress else { return }
  let start = (UInt(bitPattern: first) + largePage - 1) & ~(largePage - 1)
  let end = UInt(bitPattern: first + room.count) & ~(largePage - 1)
  guard start < end else { return }
  madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_HUGEPAGE)
}
