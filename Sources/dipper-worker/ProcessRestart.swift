import Errors
import Jobs
import Foundation
import Segmentation

/// Restarts this process with the same process number and arguments, if `mode` needs environment
/// variables that are not set.
///
/// LibTorch, oneDNN and MKL read these variables when they are loaded, so this must be called
/// before any computation.
///
/// - Throws: `DipperError` of code `computationFailed` if the system refuses to restart the
///   process.
func restartIfNeeded(for mode: NumericMode) throws {
  guard mode == .portable, PortableNumerics.mode != .portable else { return }
  for (name, value) in PortableNumerics.environment { setenv(name, value, 1) }
  var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) } + [nil]
  execv("/proc/self/exe", &arguments)
  throw DipperError(
    .computationFailed,
    "cannot restart this process for portable numerics: \(String(cString: strerror(errno)))")
}
