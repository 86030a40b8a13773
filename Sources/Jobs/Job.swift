import Foundation

/// What a job does.
public enum JobKind: String, Hashable, Sendable, Codable, CaseIterable {
  /// M1 to M4 on the training cases -> weights.
  case train
  /// Weights on the test cases -> masks.
  case predict
  /// The DIP-like model on one image -> mask.
  case fit
  /// TV or elastica on one image -> mask.
  case solve
}

/// One image and its markers, by the digests of their files' bytes.
public struct CaseInput: Hashable, Sendable, Codable {
  /// The bytes of a PNG, NIfTI or gzipped NIfTI file.
  public var image: Digest
  /// The bytes of a marker file, `{"points": [[x, y], ...]}`.
  public var markers: Digest

  /// One image and its markers.
  public init(image: Digest, markers: Digest) {
    self.image = image
    self.markers = markers
  }
}

/// A unit of work, whole in itself: with the blobs that it names, any worker can do it.
///
/// Its name is the digest of its canonical form, so equal work has one name everywhere. Ground
/// truth has no place in it.
public struct Job: Hashable, Sendable, Codable {
  /// What is done.
  public var kind: JobKind
  /// By which method.
  public var method: Method
  /// The seed of all randomness.
  public var seed: UInt64
  /// From files to the computing grid.
  public var preparation: Preparation
  /// The energy.
  public var energy: EnergyParameters
  /// For `train`, `predict` and `fit`.
  public var network: NetworkParameters?
  /// For `train` and `fit`.
  public var training: TrainingParameters?
  /// For `predict`.
  public var normalisation: PredictionNormalisation?
  /// For `solve` by TV.
  public var totalVariation: TotalVariationParameters?
  /// For `solve` by elastica.
  public var elastica: ElasticaParameters?
  /// Thread count and the like.
  public var numerics: Numerics
  /// The training cases of `train`, the test cases of `predict`, the one case of `fit` and `solve`.
  public var inputs: [CaseInput]
  /// For `predict`: the `train` job whose weights it uses.
  public var weights: JobID?

  /// A job with the parameters that every kind has; set the others after.
  public init(
    kind: JobKind, method: Method, seed: UInt64, preparation: Preparation,
    energy: EnergyParameters, numerics: Numerics, inputs: [CaseInput]
  ) {
    self.kind = kind
    self.method = method
    self.seed = seed
    self.preparation = preparation
    self.energy = energy
    self.numerics = numerics
    self.inputs = inputs
  }

  /// The name of the job: the digest of its canonical form.
  public var id: JobID {
    var text = JSONText()
    text.append(self)
    return JobID(digest: Digest(of: text.bytes))
  }
}

/// A job's name.
public struct JobID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  /// The digest of the job's canonical form.
  public let digest: Digest

  /// The job of this digest.
  public init(digest: Digest) { self.digest = digest }

  /// All 64 digits.
  public var description: String { digest.hex }

  /// The first twelve digits: enough for a person.
  public var short: String { digest.short }

  /// Orders names by their digits.
  public static func < (one: JobID, other: JobID) -> Bool { one.digest < other.digest }

  /// As its digest.
  public init(from decoder: any Decoder) throws { digest = try Digest(from: decoder) }

  /// As its digest.
  public func encode(to encoder: any Encoder) throws { try digest.encode(to: encoder) }
}
