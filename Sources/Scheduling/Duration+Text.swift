extension Duration {
  /// The duration in seconds as messages to the user name it, for instance `10 s` or `2.5 s`.
  var text: String {
    let tenths = Int((self / .milliseconds(100)).rounded())
    let (seconds, fraction) = tenths.quotientAndRemainder(dividingBy: 10)
    return fraction == 0 ? "\(seconds) s" : "\(seconds).\(fraction) s"
  }
}
