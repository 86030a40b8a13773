import Imaging

/// How far a segmentation S covers the ground truth GT: the four counts of the pixels' confusion.
///
/// Every score is a function of these counts, so no rounding can enter before the last division.
public struct Overlap: Hashable, Sendable {
  /// `|S & GT|`, in pixels.
  public let truePositives: Int
  /// `|S \ GT|`, in pixels.
  public let falsePositives: Int
  /// `|GT \ S|`, in pixels.
  public let falseNegatives: Int
  /// Pixels in neither.
  public let trueNegatives: Int

  /// Counts the pixels of two masks on one grid.
  ///
  /// - Throws: `EvaluationError` of code `mismatch` that names both sizes.
  public init(of segmentation: Mask, against truth: Mask) throws {
    guard segmentation.width == truth.width && segmentation.height == truth.height else {
      throw EvaluationError(
        .mismatch,
        "a segmentation of \(segmentation.width) x \(segmentation.height) pixels cannot be scored "
          + "against a truth of \(truth.width) x \(truth.height); both must lie on the image's grid"
      )
    }
    var counts = [0, 0, 0, 0]
    for (found, wanted) in zip(segmentation.pixels, truth.pixels) {
      counts[(found ? 2 : 0) + (wanted ? 1 : 0)] += 1
    }
    trueNegatives = counts[0]
    falseNegatives = counts[1]
    falsePositives = counts[2]
    truePositives = counts[3]
  }

  /// `2 |S & GT| / (|S| + |GT|)`, in `[0, 1]`: paper, section 5.
  ///
  /// Two empty masks agree in every pixel and score 1, as scikit-learn's `zero_division=1` does;
  /// the quotient itself is undefined there, and a NaN would take the mean of all cases with it.
  public var dice: Double {
    let sum = 2 * truePositives + falsePositives + falseNegatives
    return sum == 0 ? 1 : Double(2 * truePositives) / Double(sum)
  }

  /// `|S & GT| / |S u GT|`, in `[0, 1]`; two empty masks score 1, as for `dice`.
  ///
  /// The paper (section 5) prints the denominator `|S| + |GT| - |S u GT|`, which is `|S & GT|` and
  /// would make every score 1. Its tables obey `J = D / (2 - D)`, so they were made with this one
  /// (MATH.md, section 7).
  public var jaccard: Double {
    let union = truePositives + falsePositives + falseNegatives
    return union == 0 ? 1 : Double(truePositives) / Double(union)
  }
}
