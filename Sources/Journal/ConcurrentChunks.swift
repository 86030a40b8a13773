import Dispatch
import Synchronization

/// Concatenates the arrays that `make` returns for consecutive ranges of the indices from 0 to
/// `count`. The ranges are computed on all cores, or on the calling thread if there is only one.
///
/// - Parameter size: The length of the ranges. The last one may be shorter.
/// - Throws: The error of the first range that fails.
func concurrentChunks<Element: Sendable>(
  of size: Int, count: Int, make: @Sendable (Range<Int>) throws -> [Element]
) throws -> [Element] {
  guard count > size else { return try make(0..<count) }
  let number = (count + size - 1) / size
  let chunks = Mutex<[Result<[Element], any Error>?]>(Array(repeating: nil, count: number))
  DispatchQueue.concurrentPerform(iterations: number) { index in
    let result = Result { try make(index * size..<min(count, (index + 1) * size)) }
    chunks.withLock { $0[index] = result }
  }
  var elements: [Element] = []
  elements.reserveCapacity(count)
  for chunk in chunks.withLock({ $0 }) { elements += try chunk?.get() ?? [] }
  return elements
}
