extension Sequence {
  /// Returns the elements in the natural order of their names, which compares numbers by their
  /// value: `volume-9` comes before `volume-10`.
  public func naturallySorted(by name: (Element) -> String) -> [Element] {
    map { (tokens: tokens(of: name($0)), element: $0) }
      .sorted { isOrdered($0.tokens, before: $1.tokens) }.map(\.element)
  }
}

private func isOrdered(_ first: [Substring], before second: [Substring]) -> Bool {
  for (left, right) in zip(first, second) where left != right {
    guard let low = Int(left), let high = Int(right) else { return left < right }
    return low == high ? left < right : low < high
  }
  return first.count < second.count
}

/// Splits a name into runs of digits and runs of other characters.
private func tokens(of name: String) -> [Substring] {
  name.utf8.reduce(into: [(isDigit: Bool, count: Int)]()) { runs, byte in
    let isDigit = (48...57).contains(byte)
    if runs.last?.isDigit == isDigit {
      runs[runs.count - 1].count += 1
    } else {
      runs.append((isDigit, 1))
    }
  }.reduce(into: (rest: Substring(name), tokens: [Substring]())) { state, run in
    let end = state.rest.utf8.index(state.rest.startIndex, offsetBy: run.count)
    state.tokens.append(state.rest[..<end])
    state.rest = state.rest[end...]
  }.tokens
}
