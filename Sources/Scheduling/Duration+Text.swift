extension Duration {
  /// The duration in seconds with at most one decimal, for messages to the user: `10 s` or `2.5 s`.
  var text: String {
    let tenths = Int((self / .milliseconds(100)).rounded())
    let (seconds, fraction) = tenths.quotientAndRemainder(dividingBy: 10)
    return fraction == 0 ? "\(seconds) s" : "\(seconds).\(fraction) s"
  }
}
