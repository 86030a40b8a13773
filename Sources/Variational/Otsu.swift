import Imaging

/// The `classes - 1` thresholds that split the values of `image` into `classes` of the smallest
/// variance within (Otsu 1979), ascending; over a histogram of `bins` between the extremes.
///
/// Exact, by dynamic programming over the bins. A threshold is the centre of the last bin of the
/// lower class. Fewer thresholds come back where the image has fewer distinct bins than classes.
public func otsuThresholds(_ image: Image, classes: Int, bins: Int = 256) -> [Double] {
  guard classes > 1, let low = image.pixels.min(), let high = image.pixels.max(), low < high
  else { return [] }
  let width = (Double(high) - Double(low)) / Double(bins)
  var histogram = [Double](repeating: 0, count: bins)
  for value in image.pixels {
    histogram[min(bins - 1, Int((Double(value) - Double(low)) / width))] += 1
  }
  let occupied = histogram.filter { $0 > 0 }.count
  let cuts = bestCuts(histogram, classes: min(classes, occupied))
  return cuts.map { Double(low) + (Double($0) + 0.5) * width }
}

/// The last bins of all classes but the uppermost, such that the variance between is largest.
private func bestCuts(_ histogram: [Double], classes: Int) -> [Int] {
  let bins = histogram.count
  var (mass, moment) = ([0.0], [0.0])
  for (bin, count) in histogram.enumerated() {
    mass.append(mass[bin] + count)
    moment.append(moment[bin] + count * Double(bin))
  }
  // Between-class variance of bins [from, to), up to terms that all splits share.
  func gain(_ from: Int, _ to: Int) -> Double {
    let (weight, sum) = (mass[to] - mass[from], moment[to] - moment[from])
    return weight > 0 ? sum * sum / weight : 0
  }
  var best = (0...bins).map { gain(0, $0) }
  var choices: [[Int]] = []
  for used in 1..<max(classes, 1) {
    var (next, choice) = (best, [Int](repeating: used, count: bins + 1))
    for end in stride(from: bins, through: used + 1, by: -1) {
      let options = (used..<end).map { (value: best[$0] + gain($0, end), cut: $0) }
      let top = options.max { $0.value < $1.value }!
      (next[end], choice[end]) = top
    }
    best = next
    choices.append(choice)
  }
  var (cuts, end): ([Int], Int) = ([], bins)
  for choice in choices.reversed() {
    end = choice[end]
    cuts.insert(end - 1, at: 0)
  }
  return cuts
}
