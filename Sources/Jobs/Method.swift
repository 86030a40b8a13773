/// The seven methods that the paper compares (section 4).
public enum Method: String, Hashable, Sendable, Codable, CaseIterable {
  /// VM Net, G = marker mask, loss (3).
  case m1 = "M1"
  /// VM Net, G = marker mask, loss (3) with mu = 0.
  case m2 = "M2"
  /// VM Net and DIP Net, G = marker mask, loss (2).
  case m3 = "M3"
  /// VM Net and DIP Net, G = geodesic distance, loss (2).
  case m4 = "M4"
  /// Model (4) with total variation.
  case totalVariation = "TV"
  /// Model (4) with Euler's elastica.
  case elastica = "Elastica"
  /// Model (4) parametrised by an untrained network.
  case deepImagePrior = "DIP"

  /// Trained on the training cases, then predicts unseen ones.
  public var isTrained: Bool {
    switch self {
    case .m1, .m2, .m3, .m4: true
    case .totalVariation, .elastica, .deepImagePrior: false
    }
  }

  /// Its results depend on the seed.
  public var isRandom: Bool { isTrained || self == .deepImagePrior }
}
