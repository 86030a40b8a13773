import Torch

/// A function that a trainer minimises: networks and their loss at an epoch.
package protocol Objective {
  /// All tensors that the optimiser changes.
  var parameters: [NamedTensor] { get }
  /// All other tensors that a checkpoint must hold.
  var buffers: [NamedTensor] { get }
  /// Lower bound of the data term, equation (7), by which progress is measured.
  var lowestEnergy: Double { get }
  /// Sets up everything that differs from one epoch to the next; epochs are counted from 0.
  func prepare(epoch: Int) throws
  /// Computes ahead of time the part of `prepare` that does not need the device.
  func prefetch(epoch: Int)
  /// Makes a tensor of the output's shape on its device.
  func outputLike() throws -> Tensor
  /// The tensors from which the result is read after the last epoch.
  var result: [NamedTensor] { get }
  /// Computes the loss at the prepared epoch.
  ///
  /// From epoch 1 on it runs the same operations on the same tensors, so that a GPU can record and
  /// replay them.
  func loss() throws -> ObjectiveValues
}

/// The values of an objective at an epoch.
package struct ObjectiveValues {
  /// Loss, a scalar to differentiate.
  package let total: Tensor
  /// Data term of the loss, a scalar.
  package let dataTerm: Tensor
  /// Output of the network, `(N, 1, H, W)`.
  package let output: Tensor
}
