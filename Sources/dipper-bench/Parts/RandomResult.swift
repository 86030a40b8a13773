import Experiments
import Foundation
import Segmentation

/// Bytes that have never been seen, from where `os.urandom` takes them too.
enum RandomResult {
  /// Bytes of one.
  static let size = 1 << 20

  static func make() throws -> JobProducts {
    let source = open("/dev/urandom", O_RDONLY | O_CLOEXEC)
    defer { close(source) }
    var bytes = Data(count: size)
    let count = bytes.withUnsafeMutableBytes { read(source, $0.baseAddress, size) }
    guard count == size else { throw BenchmarkError("too few random bytes") }
    return JobProducts(
      products: [JobProduct(role: .weights, bytes: bytes, seconds: 0)], metrics: [:])
  }
}
