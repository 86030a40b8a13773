import Foundation
import Glibc
import Testing
import Torch

@Suite("MKL's vendor check")
struct MKLVendorCheckTests {
  /// If MKL's own check were found first, matrix products would take twice the time on an AMD processor
  /// with AVX-512, and nothing else would tell.
  @Test("MKL calls Dipper's vendor check instead of its own")
  func overridesMKL() throws {
    _ = try Tensor.filled(1, shape: [1])
    let found = try #require(dlsym(nil, "mkl_serv_intel_cpu_true"))
    let library = try #require(dlopen("libtorch_cpu.so", RTLD_LAZY | RTLD_NOLOAD))
    #expect(found != dlsym(library, "mkl_serv_intel_cpu_true"), "LibTorch's own is found first")

    typealias Check = @convention(c) () -> Int32
    let passes = unsafeBitCast(found, to: Check.self)() != 0
    let processor = try Self.processorFlags()
    let environment = ProcessInfo.processInfo.environment
    #expect(
      passes
        == MKLVendorCheck.passes(
          isIntel: processor.contains("GenuineIntel"),
          hasAVX512: processor.isSuperset(of: ["avx512f", "avx512bw", "avx512dq", "avx512vl"]),
          switchValue: environment["DIPPER_MKL_VENDOR_CHECK"],
          compatibleMode: environment["MKL_CBWR"]))
  }

  @Test(
    "AVX-512 passes the check on any vendor's processor, unless it is switched off or numerics are portable",
    arguments: [nil, "0", "1"] as [String?], [nil, "COMPATIBLE"] as [String?])
  func decidesByInstructionSet(switchValue: String?, compatibleMode: String?) {
    func passes(isIntel: Bool, hasAVX512: Bool) -> Bool {
      MKLVendorCheck.passes(
        isIntel: isIntel, hasAVX512: hasAVX512, switchValue: switchValue,
        compatibleMode: compatibleMode)
    }
    #expect(passes(isIntel: true, hasAVX512: false))
    #expect(passes(isIntel: true, hasAVX512: true))
    #expect(!passes(isIntel: false, hasAVX512: false))
    #expect(
      passes(isIntel: false, hasAVX512: true) == (switchValue != "1" && compatibleMode == nil))
  }

  /// The words by which the kernel describes the processor: its vendor and its features.
  private static func processorFlags() throws -> Set<Substring> {
    let processor = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
    return Set(processor.split(whereSeparator: \.isWhitespace))
  }
}
