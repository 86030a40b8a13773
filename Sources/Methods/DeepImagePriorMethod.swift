import Jobs

extension Method {
  /// Model (4) with u the output of an untrained DIP Net (paper, section 4).
  public static let deepImagePrior: Method = "DIP"
}

extension MethodDescription {
  static let deepImagePrior = MethodDescription(.deepImagePrior, procedure: .fitted)
}
