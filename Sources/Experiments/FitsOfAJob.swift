extension MethodSettings {
  /// A step of so many networks at the grid and width of the defaults takes 2 GB of a card and, each, two
  /// thirds of the time that it takes alone; more gain little.
  static let fitsOnACard = 8

  /// How many images a job of DIP fits at most.
  ///
  /// One on a processor, which a network fills by itself; and where a rule says when to stop, which each
  /// fit does at a time of its own.
  var fitsOfAJob: Int {
    if training.stopping != nil { return 1 }
    return fitsPerJob ?? (numerics.device == nil ? 1 : Self.fitsOnACard)
  }
}

extension Array {
  /// In order, in as few parts of at most `size` as there can be, whose sizes differ by one at most.
  ///
  /// - Precondition: `size` is positive.
  func evenParts(ofAtMost size: Int) -> [[Element]] {
    let parts = (count + size - 1) / size
    return (0..<parts).map { Array(self[count * $0 / parts..<count * ($0 + 1) / parts]) }
  }
}
