import Errors

extension DipperError.Domain {
  /// Errors of preparing an image and its markers for computing.
  public static let preparation = Self("preparation")
}

extension DipperError.Code {
  /// An image or marker file cannot be used; another attempt with the same files would fail too.
  public static let caseUnusable = Self(.preparation, name: "case-unusable")
}
