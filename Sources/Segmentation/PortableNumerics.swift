import Foundation
import Jobs

/// The settings with which all x86-64 processors give the same bits.
///
/// LibTorch, its oneDNN and MKL, and the C library each choose code by the processor's
/// instructions, once per process, and read these variables at that time. The variables must be set
/// before the process starts, because the C library reads its own before `main`.
public enum PortableNumerics {
  /// Environment variables that a process with portable numerics must have.
  public static let environment = [
    // ATen: the kernels for plain SSE2.
    "ATEN_CPU_CAPABILITY": "default",
    // oneDNN (convolutions): no instructions above SSE4.1, its lowest level.
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    // MKL (matrix products): the branch that is the same for all processors.
    "MKL_CBWR": "COMPATIBLE",
    // The C library's exp, log and pow: without fused multiply-add.
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable,-FMA4_Usable,-AVX2,-FMA,-FMA4",
  ]

  /// The numerics of this process, read from its environment.
  public static var mode: NumericMode {
    let present = ProcessInfo.processInfo.environment
    return environment.allSatisfy { present[$0] == $1 } ? .portable : .native
  }
}
