import Foundation
import Jobs

/// Numbers whose bits do not depend on which x86-64 processor computes them.
///
/// LibTorch, its oneDNN and MKL, and the C library each choose code by what the processor can do, once
/// in a process's life and from these variables. They must be set before the process starts: the C
/// library reads its own before `main`.
public enum PortableNumerics {
  /// What a process's environment must hold.
  public static let environment = [
    // ATen: the kernels for plain SSE2.
    "ATEN_CPU_CAPABILITY": "default",
    // oneDNN (convolutions): nothing above SSE4.1, its lowest.
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    // MKL (matrix products): the branch that is the same for all processors.
    "MKL_CBWR": "COMPATIBLE",
    // The C library's exp, log, pow: without fused multiply-add.
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable,-FMA4_Usable,-AVX2,-FMA,-FMA4",
  ]

  /// How this process computes.
  public static var mode: NumericMode {
    let present = ProcessInfo.processInfo.environment
    return environment.allSatisfy { present[$0] == $1 } ? .portable : .native
  }
}
