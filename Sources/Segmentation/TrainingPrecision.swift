import Experiments
import Torch

extension Numerics {
  /// In which precision networks are trained by this process.
  ///
  /// - Throws: `TorchError` of code `library`.
  func trainingPrecision() throws -> Precision {
    switch precision {
    case .float32: .float32
    case .bfloat16: .bfloat16
    // Instructions that not every processor has are none for portable numbers. On a card nobody has
    // measured what bfloat16 gains.
    case nil:
      try device == nil && mode != .portable && PortableNumerics.mode == .native
        && TorchRuntime.hasBFloat16()
        ? .bfloat16 : .float32
    }
  }
}
