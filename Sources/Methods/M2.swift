import Jobs

extension Method {
  /// A VM Net that is given the marker mask and trained by loss (3) with mu = 0 (paper, section 4).
  public static let m2: Method = "M2"
}

extension MethodDescription {
  static let m2 = MethodDescription(
    .m2, procedure: .trained(NetworkTraining(geometry: .markers, loss: .unregularised)))
}
