import Foundation
import Imaging
import Jobs
import Segmentation

/// Bytes that have never been seen, and cost next to nothing: what is measured is what becomes of them.
/// The peers take theirs from a generator too.
enum RandomResult {
  /// Bytes of one.
  static let size = 1 << 20

  static func make() -> JobProducts {
    var generator = SplitMix64(seed: .random(in: 0 ... .max))
    var bytes = Data(count: size)
    bytes.withUnsafeMutableBytes { bytes in
      let words = bytes.assumingMemoryBound(to: UInt64.self)
      for place in words.indices { words[place] = generator.next() }
    }
    return JobProducts(
      products: [JobProduct(role: .weights, bytes: bytes, seconds: 0)], metrics: [:])
  }
}
