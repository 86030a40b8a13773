import Jobs

extension MethodSettings {
  /// The most images that a job of DIP fits.
  ///
  /// A processor is filled by one network. A rule that stops a fit allows one fit a job, because each
  /// stops at its own time.
  var mostFitsPerJob: Int {
    if training.stopping != nil { return 1 }
    return fitsPerJob ?? (device == nil ? 1 : fitsOnGPU)
  }

  /// The fits that share a GPU well: eight networks at the default grid and width take 2 GB of its memory,
  /// and each two thirds of the time that it takes alone. More gain little, and fewer of a larger size
  /// fit into the same memory.
  private var fitsOnGPU: Int {
    func values(_ settings: Self) -> Int {
      settings.preparation.size * settings.preparation.size * settings.prior.network.width
    }
    return min(8, max(1, 8 * values(Self()) / values(self)))
  }
}

extension Array {
  /// Splits the array, in order, into as few chunks of at most `size` elements as possible, whose sizes
  /// differ by at most one.
  ///
  /// - Precondition: `size` is positive.
  func evenlyChunked(ofAtMost size: Int) -> [[Element]] {
    let number = (count + size - 1) / size
    return (0..<number).map { Array(self[count * $0 / number..<count * ($0 + 1) / number]) }
  }
}
