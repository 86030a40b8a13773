import Jobs
import Torch

extension Numerics {
  /// In which precision the networks of a job are trained.
  ///
  /// float32 where nothing is asked for; of tfloat32 too, whose products alone are another matter
  /// (`TorchRuntime.configured`). bfloat16 is hardly sooner on a processor, and a training on
  /// two images goes another way after any rounding: the mean Dice of M1 to M4 differs by up to 0.06.
  var trainingPrecision: Precision {
    switch precision {
    case .float32, .tensorFloat32, nil: .float32
    case .bfloat16: .bfloat16
    }
  }
}
