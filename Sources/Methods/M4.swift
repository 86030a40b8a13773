import Jobs

extension Method {
  /// A VM Net that is given the geodesic distance and trained beside a DIP Net by loss (2) (paper,
  /// section 4).
  public static let m4: Method = "M4"
}

extension MethodDescription {
  static let m4 = MethodDescription(
    .m4, procedure: .trained(NetworkTraining(geometry: .distance, loss: .assisted)),
    isProposed: true)
}
