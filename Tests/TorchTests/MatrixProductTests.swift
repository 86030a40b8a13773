import Foundation
import Glibc
import Testing
import Torch

/// MKL, which LibTorch is built of, chooses its code for matrix products by the processor's maker.
struct MatrixProductTests {
  /// Were ours not the one that is found, products would take twice the time on an AMD processor with
  /// AVX-512, and nothing else would tell.
  @Test func mklAsksOursForTheMaker() throws {
    _ = try Tensor.filled(1, shape: [1])
    let asked = try #require(dlsym(nil, "mkl_serv_intel_cpu_true"))
    let library = try #require(dlopen("libtorch_cpu.so", RTLD_LAZY | RTLD_NOLOAD))
    #expect(asked != dlsym(library, "mkl_serv_intel_cpu_true"), "LibTorch's own is found first")

    typealias Answer = @convention(c) () -> Int32
    let answer = unsafeBitCast(asked, to: Answer.self)() != 0
    #expect(try answer == Self.expected())
  }

  /// By what the kernel says of the processor.
  private static func expected() throws -> Bool {
    let processor = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
    let words = Set(processor.split(whereSeparator: \.isWhitespace))
    return words.contains("GenuineIntel")
      || words.isSuperset(of: ["avx512f", "avx512bw", "avx512dq", "avx512vl"])
  }
}
