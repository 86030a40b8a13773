import Dispatch
import Synchronization

/// Concatenates what `make` returns for consecutive ranges of the indices from 0 to `count`, computed on
/// all cores; on the calling thread if one range holds all.
///
/// - Parameter size: The length of the ranges; the last one may be shorter.
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
