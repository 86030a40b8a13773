import Jobs

extension MethodSettings {
  /// How many images a job of DIP fits at most.
  ///
  /// One on a processor, which a network fills by itself; and where a rule says when to stop, which each
  /// fit does at a time of its own.
  var fitsOfAJob: Int {
    if training.stopping != nil { return 1 }
    return fitsPerJob ?? (numerics.device == nil ? 1 : fitsOnGPU)
  }

  /// Eight networks at the grid and width of the defaults take 2 GB of a GPU, and each two thirds of the
  /// time that it takes alone. More gain little, and larger ones are fewer in the same memory.
  private var fitsOnGPU: Int {
    let usual = Self()
    func values(_ settings: Self) -> Int {
      settings.preparation.size * settings.preparation.size * settings.network.dipWidth
    }
    return min(8, max(1, 8 * values(usual) / values(self)))
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
