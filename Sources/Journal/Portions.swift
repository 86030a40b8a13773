import Dispatch
import Synchronization

/// What `make` makes of the places from 0 to `count`, in order: portion by portion on all cores, or here
/// where there is only one.
///
/// - Throws: what `make` throws for the first portion that fails.
func inPortions<Element: Sendable>(
  of size: Int, count: Int, _ make: @Sendable (Range<Int>) throws -> [Element]
) throws -> [Element] {
  guard count > size else { return try make(0..<count) }
  let number = (count + size - 1) / size
  let portions = Mutex<[Result<[Element], any Error>?]>(Array(repeating: nil, count: number))
  DispatchQueue.concurrentPerform(iterations: number) { index in
    let result = Result { try make(index * size..<min(count, (index + 1) * size)) }
    portions.withLock { $0[index] = result }
  }
  var elements: [Element] = []
  elements.reserveCapacity(count)
  for portion in portions.withLock({ $0 }) { elements += try portion?.get() ?? [] }
  return elements
}
