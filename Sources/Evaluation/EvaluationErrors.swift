import Errors

extension DipperError.Domain {
  /// Errors of scoring masks and of collecting scores.
  public static let evaluation = Self("evaluation")
}

extension DipperError.Code {
  /// A mask does not lie on the grid of its ground truth or image.
  public static let masksMismatched = Self(.evaluation, name: "masks-mismatched")
  /// A score or data set that may be given only once is given twice.
  public static let scoreDuplicated = Self(.evaluation, name: "score-duplicated")
  /// A value is out of range or belongs to an unknown data set.
  public static let scoreInvalid = Self(.evaluation, name: "score-invalid")
}
