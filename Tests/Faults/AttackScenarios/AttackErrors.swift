import Errors

extension DipperError.Domain {
  /// Errors of attacks on a coordinator.
  public static let attacks = Self("attacks")
}

extension DipperError.Code {
  /// The attack could not be carried out, or the coordinator did not survive it.
  public static let attackFailed = Self(.attacks, name: "attack-failed")
}
