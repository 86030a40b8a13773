import Foundation

extension Job {
  /// The canonical form: JSON with sorted keys and no white space, as `CanonicalJSON` writes it.
  ///
  /// Jobs by the thousand differ in few parts, so the text of a part is kept.
  public var canonicalForm: Data {
    var text = JSONText()
    text.append(self)
    return Data(text.bytes)
  }

  /// The job of this canonical form.
  ///
  /// - Throws: `DipperError` of code `jobMalformed` where the bytes are no job, or not as `canonicalForm`
  ///   writes it: with parts that this release does not know, for instance.
  public init(canonicalForm bytes: Data) throws {
    var members = try CanonicalMembers(of: bytes)
    elastica = try members.take("elastica").map(Self.parts.elastica.part)
    energy = try Self.parts.energy.part(of: members.demand("energy"))
    inputs = try Self.parts.inputs.part(of: members.demand("inputs"))
    kind = try Self.parts.kind.part(of: members.demand("kind"))
    method = try Self.parts.method.part(of: members.demand("method"))
    network = try members.take("network").map(Self.parts.network.part)
    normalisation = try members.take("normalisation").map(Self.parts.normalisation.part)
    numerics = try Self.parts.numerics.part(of: members.demand("numerics"))
    preparation = try Self.parts.preparation.part(of: members.demand("preparation"))
    seed = try Self.seed(members.demand("seed"))
    totalVariation = try members.take("totalVariation").map(Self.parts.totalVariation.part)
    training = try members.take("training").map(Self.parts.training.part)
    weights = try members.take("weights").map(Self.name)
    try members.finish()
  }

  fileprivate static let parts = JobParts()

  private static func seed(_ text: PartText) throws -> UInt64 {
    guard let seed = UInt64(text.string), "\(seed)" == text.string else {
      throw CanonicalMembers.malformed("the seed is \(text.string)")
    }
    return seed
  }

  private static func name(_ text: PartText) throws -> JobID {
    let digits = text.string.dropFirst().dropLast()
    guard let digest = Digest(hex: String(digits)), "\"\(digits)\"" == text.string else {
      throw CanonicalMembers.malformed("the weights' job is \(text.string)")
    }
    return JobID(digest: digest)
  }
}

extension JSONText {
  /// The canonical form of a job.
  public mutating func append(_ job: Job) {
    let parts = Job.parts
    append("{")
    append("elastica", job.elastica.map(parts.elastica.text))
    append("energy", parts.energy.text(of: job.energy))
    append("inputs", parts.inputs.text(of: job.inputs))
    append("kind", parts.kind.text(of: job.kind))
    append("method", parts.method.text(of: job.method))
    append("network", job.network.map(parts.network.text))
    append("normalisation", job.normalisation.map(parts.normalisation.text))
    append("numerics", parts.numerics.text(of: job.numerics))
    append("preparation", parts.preparation.text(of: job.preparation))
    append("seed", PartText("\(job.seed)"))
    append("totalVariation", job.totalVariation.map(parts.totalVariation.text))
    append("training", job.training.map(parts.training.text))
    append("weights", job.weights.map { PartText("\"\($0)\"") })
    append("}")
  }
}

/// The parts of jobs whose texts are kept, by their kinds.
private struct JobParts: Sendable {
  let elastica = PartTexts<ElasticaParameters>()
  let energy = PartTexts<EnergyParameters>()
  let inputs = PartTexts<[CaseInput]>()
  let kind = PartTexts<JobKind>()
  let method = PartTexts<Method>()
  let network = PartTexts<NetworkParameters>()
  let normalisation = PartTexts<PredictionNormalisation>()
  let numerics = PartTexts<Numerics>()
  let preparation = PartTexts<Preparation>()
  let totalVariation = PartTexts<TotalVariationParameters>()
  let training = PartTexts<TrainingParameters>()
}
