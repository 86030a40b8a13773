import Jobs
import Torch

extension TrainingPrecision {
  /// The precision of the values that networks store.
  ///
  /// With tfloat32 networks store float32; only a GPU's products round their factors, which
  /// `TorchRuntime.configured` sets. bfloat16 is hardly faster on a processor, and training on two
  /// images amplifies rounding differences: the mean Dice of M1 to M4 differs by up to 0.06.
  var ofNetworks: Precision {
    switch self {
    case .float32, .tensorFloat32: .float32
    case .bfloat16: .bfloat16
    }
  }
}
