import Errors

extension DipperError.Domain {
  /// Errors of reading configurations and dataset descriptors and of planning.
  public static let experiments = Self("experiments")
}

extension DipperError.Code {
  /// The text of a configuration or descriptor is not YAML or JSON.
  public static let syntaxInvalid = Self(.experiments, name: "syntax-invalid")
  /// A key is unknown, missing or given twice.
  public static let keyInvalid = Self(.experiments, name: "key-invalid")
  /// A value has the wrong type or is out of range.
  public static let valueInvalid = Self(.experiments, name: "value-invalid")
  /// The configuration contradicts the data sets.
  public static let planImpossible = Self(.experiments, name: "plan-impossible")
}
