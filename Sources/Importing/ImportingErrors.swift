import Errors

extension DipperError.Domain {
  /// Errors of turning volumes into a data set.
  public static let importing = Self("importing")
}

extension DipperError.Code {
  /// The source does not hold what its layout demands.
  public static let importSourceInvalid = Self(.importing, name: "source-invalid")
  /// The destination holds other files, or cannot be written.
  public static let importDestinationUnusable = Self(.importing, name: "destination-unusable")
  /// A mask does not hold the requested object.
  public static let importObjectMissing = Self(.importing, name: "object-missing")
  /// The request contradicts itself.
  public static let importRequestInvalid = Self(.importing, name: "request-invalid")
}
