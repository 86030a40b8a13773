import Foundation

extension Job {
  /// The canonical form: JSON with sorted keys and no white space, as `CanonicalJSON` writes it.
  ///
  /// Jobs by the thousand differ in few parts, so the text of a part is kept.
  public var canonicalForm: Data {
    var text = CanonicalMembers.Writer()
    text.add("elastica", elastica.map(Self.parts.elastica.text))
    text.add("energy", Self.parts.energy.text(of: energy))
    text.add("inputs", Self.parts.inputs.text(of: inputs))
    text.add("kind", Self.parts.kind.text(of: kind))
    text.add("method", Self.parts.method.text(of: method))
    text.add("network", network.map(Self.parts.network.text))
    text.add("normalisation", normalisation.map(Self.parts.normalisation.text))
    text.add("numerics", Self.parts.numerics.text(of: numerics))
    text.add("preparation", Self.parts.preparation.text(of: preparation))
    text.add("seed", PartText("\(seed)"))
    text.add("totalVariation", totalVariation.map(Self.parts.totalVariation.text))
    text.add("training", training.map(Self.parts.training.text))
    text.add("weights", weights.map { PartText("\"\($0)\"") })
    return text.end()
  }

  /// The job of this canonical form.
  ///
  /// - Throws: `ExperimentError` of code `syntax` where the bytes are no job, or not as `canonicalForm`
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

  private static let parts = JobParts()

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
