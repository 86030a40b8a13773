import Errors
import Foundation
import Imaging
import Jobs
import Torch
import Variational

/// A trained VM Net with the preparation of its images, as a weights file holds them.
public struct TrainedModel {
  /// Method by which the network was trained.
  public let method: Method
  private let network: VMNet
  private let geometric: GeometricInput
  private let preparation: Preparation
  private let energy: EnergyParameters

  /// Decodes the `.safetensors` file that a `train` job wrote.
  ///
  /// - Throws: `DipperError` of code `weightsInvalid` if the file is damaged or of another kind.
  public init(decoding bytes: Data) throws {
    (network, geometric) = try VMWeights.decode(bytes)
    (method, preparation, energy) = try VMWeights.provenance(bytes)
  }

  /// Segments an image by the VM Net alone (paper, section 3), equation (6).
  ///
  /// - Parameters:
  ///   - image: the image with the intensities of its file.
  ///   - markers: the bytes of a marker file.
  ///   - name: name of the case in error messages.
  ///   - normalisation: statistics by which the network normalises.
  /// - Returns: the mask on the image's own grid.
  /// - Throws: `DipperError` of code `caseUnusable` if a file cannot be used, or
  ///   `computationFailed`.
  public func segment(
    image: Image, markers: Data, name: String, normalisation: PredictionNormalisation
  ) throws -> Mask {
    do {
      let prepared = try PreparedCase(
        image: image, markers: markers, name: name, preparation: preparation, energy: energy)
      return try TorchRuntime.configured(threads: Numerics().threads) {
        try prepared.mask(from: network.predict(prepared, geometric: geometric, by: normalisation))
      }
    } catch let error as DipperError where error.domain == .torch {
      throw DipperError(.computationFailed, "the prediction failed", cause: error)
    }
  }
}
