import Jobs

extension MethodSettings {
  /// The largest number of images that a job of DIP fits.
  ///
  /// One network uses a processor fully. With a stopping rule a job has one fit, because each fit
  /// stops at its own time.
  var mostFitsPerJob: Int {
    if training.stopping != nil { return 1 }
    return fitsPerJob ?? (device == nil ? 1 : fitsOnGPU)
  }

  /// The number of fits that a GPU computes efficiently side by side. Eight networks at the default
  /// grid and width take 2 GB of its memory, and two thirds of the time of eight separate fits.
  /// More networks gain little; the number decreases with the networks' size so that the memory
  /// remains the same.
  private var fitsOnGPU: Int {
    func values(_ settings: Self) -> Int {
      settings.preparation.size * settings.preparation.size * settings.prior.network.width
    }
    return min(8, max(1, 8 * values(Self()) / values(self)))
  }
}

extension Array {
  /// Splits the array, in order, into as few chunks of at most `size` elements as possible. The
  /// sizes of the chunks differ by at most one.
  ///
  /// - Precondition: `size` is positive.
  func evenlyChunked(ofAtMost size: Int) -> [[Element]] {
    let number = (count + size - 1) / size
    return (0..<number).map { Array(self[count * $0 / number..<count * ($0 + 1) / number]) }
  }
}
