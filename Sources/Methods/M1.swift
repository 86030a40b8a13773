import Jobs

extension Method {
  /// A VM Net that is given the marker mask and trained by loss (3) (paper, section 4).
  public static let m1: Method = "M1"
}

extension MethodDescription {
  static let m1 = MethodDescription(
    .m1, procedure: .trained(NetworkTraining(geometry: .markers, loss: .regularised)))
}
