import Jobs

extension Method {
  /// A VM Net that is given the marker mask and trained beside a DIP Net by loss (2) (paper, section 4).
  public static let m3: Method = "M3"
}

extension MethodDescription {
  static let m3 = MethodDescription(
    .m3, procedure: .trained(NetworkTraining(geometry: .markers, loss: .assisted)),
    isProposed: true)
}
