import Foundation

/// What a layout sees of a source: its files' names, and the small descriptions among them.
public struct FileListing: Hashable, Sendable {
  /// Relative to the source, separated by `/`, in natural order.
  public let paths: [String]
  /// The contents of the JSON files at the top, by path.
  public let descriptions: [String: Data]

  /// A listing of these files.
  public init(paths: [String], descriptions: [String: Data] = [:]) {
    self.paths = paths.sorted(by: isNaturallyOrdered)
    self.descriptions = descriptions
  }
}

/// Compares names as people do: numbers by their value, `volume-9` before `volume-10`.
public func isNaturallyOrdered(_ one: String, _ other: String) -> Bool {
  let (first, second) = (tokens(one), tokens(other))
  for (left, right) in zip(first, second) where left != right {
    guard let low = Int(left), let high = Int(right) else { return left < right }
    return low == high ? left < right : low < high
  }
  return first.count < second.count
}

/// Runs of digits and of others.
private func tokens(_ name: String) -> [Substring] {
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
