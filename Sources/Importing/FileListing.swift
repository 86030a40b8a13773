import Foundation

/// The names of the files of a source, and the contents of the JSON files at its top, from which a
/// layout finds the volumes.
public struct FileListing: Hashable, Sendable {
  /// The paths of the files relative to the source, separated by `/`, in natural order.
  public let paths: [String]
  /// The contents of the JSON files in the source's top folder, by path.
  public let descriptions: [String: Data]

  /// Creates a listing of these files.
  public init(paths: [String], descriptions: [String: Data] = [:]) {
    self.paths = paths.sorted { $0.isNaturallyOrdered(before: $1) }
    self.descriptions = descriptions
  }
}

extension String {
  /// Tells whether this name comes before another in natural order, which compares numbers by their
  /// value: `volume-9` comes before `volume-10`.
  public func isNaturallyOrdered(before other: String) -> Bool {
    isOrdered(tokens(of: self), before: tokens(of: other))
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
