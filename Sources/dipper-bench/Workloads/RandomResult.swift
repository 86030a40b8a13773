import Foundation
import Imaging
import Jobs
import Segmentation

/// A result of random bytes. They take almost no time to make and are in no cache, so that the
/// benchmark measures their transfer. The peers also take their bytes from a generator.
enum RandomResult {
  /// Size of a result in bytes.
  static let size = 1 << 20

  static func make() -> JobProducts {
    var generator = SplitMix64(seed: .random(in: 0 ... .max))
    var bytes = Data(count: size)
    bytes.withUnsafeMutableBytes { bytes in
      let words = bytes.assumingMemoryBound(to: UInt64.self)
      for index in words.indices { words[index] = generator.next() }
    }
    return JobProducts(
      products: [JobProduct(role: .weights, bytes: bytes, duration: .zero)], metrics: [:])
  }
}
