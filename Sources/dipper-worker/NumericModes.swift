import Errors
import Foundation
import Jobs
import Segmentation

/// Makes this process compute in `mode`: starts it anew, under the same number and with the same
/// arguments, where its environment is another one.
///
/// To be called before anything has computed.
func enter(_ mode: NumericMode) throws {
  guard mode == .portable, PortableNumerics.mode != .portable else { return }
  for (name, value) in PortableNumerics.environment { setenv(name, value, 1) }
  var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) } + [nil]
  execv("/proc/self/exe", &arguments)
  throw DipperError(
    .computationFailed,
    "cannot start anew for portable numerics: \(String(cString: strerror(errno)))")
}
