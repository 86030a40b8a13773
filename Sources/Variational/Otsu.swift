import Imaging

/// Returns the ascending thresholds that split an image's values into classes of least variance
/// (Otsu 1979), equation (13).
///
/// The optimum is exact over the bins of a histogram, found by dynamic programming. A threshold is
/// the centre of the last bin of the lower class.
///
/// - Parameters:
///   - image: image of any range of values.
///   - classes: number of classes.
///   - bins: number of histogram bins between the smallest and the largest value.
/// - Returns: `classes - 1` thresholds, fewer if fewer than `classes` bins are occupied.
public func otsuThresholds(_ image: Image, classes: Int, bins: Int = 256) -> [Double] {
  guard classes > 1, let low = image.pixels.min(), let high = image.pixels.max(), low < high
  else { return [] }
  let width = (Double(high) - Double(low)) / Double(bins)
  var histogram = [Double](repeating: 0, count: bins)
  for value in image.pixels {
    histogram[min(bins - 1, Int((Double(value) - Double(low)) / width))] += 1
  }
  let occupied = histogram.filter { $0 > 0 }.count
  let cuts = OtsuSplit(histogram).bestCuts(classes: min(classes, occupied))
  return cuts.map { Double(low) + (Double($0) + 0.5) * width }
}

/// Prefix sums of a histogram, from which the between-class variance of any split follows.
private struct OtsuSplit {
  private let bins: Int
  private var mass = [0.0]
  private var moment = [0.0]

  init(_ histogram: [Double]) {
    bins = histogram.count
    for (bin, count) in histogram.enumerated() {
      mass.append(mass[bin] + count)
      moment.append(moment[bin] + count * Double(bin))
    }
  }

  /// Returns the last bins of all classes but the uppermost for the split of largest between-class
  /// variance, equation (13).
  func bestCuts(classes: Int) -> [Int] {
    var best = (0...bins).map { gain(from: 0, to: $0) }
    var choices: [[Int]] = []
    for used in 1..<max(classes, 1) {
      var next = best
      var choice = [Int](repeating: used, count: bins + 1)
      for end in stride(from: bins, through: used + 1, by: -1) {
        let options = (used..<end).map { (value: best[$0] + gain(from: $0, to: end), cut: $0) }
        let top = options.max { $0.value < $1.value }!
        next[end] = top.value
        choice[end] = top.cut
      }
      best = next
      choices.append(choice)
    }
    return cuts(choices)
  }

  /// Follows the choices of the dynamic programme back from the last bin.
  private func cuts(_ choices: [[Int]]) -> [Int] {
    var cuts: [Int] = []
    var end = bins
    for choice in choices.reversed() {
      end = choice[end]
      cuts.insert(end - 1, at: 0)
    }
    return cuts
  }

  /// Returns the between-class variance of the bins `start..<end`, up to terms that all splits
  /// share.
  private func gain(from start: Int, to end: Int) -> Double {
    let weight = mass[end] - mass[start]
    let sum = moment[end] - moment[start]
    return weight > 0 ? sum * sum / weight : 0  // equation (13)
  }
}
