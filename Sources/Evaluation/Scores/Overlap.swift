import Errors
import Imaging

/// The overlap of a segmentation S with the ground truth GT, as the confusion counts of their
/// pixels.
///
/// Every score is a function of these four integers, so nothing is rounded before the last
/// division.
public struct Overlap: Hashable, Sendable {
  /// The number of pixels in both masks, `|S & GT|`.
  public let truePositives: Int
  /// The number of pixels in the segmentation only, `|S \ GT|`.
  public let falsePositives: Int
  /// The number of pixels in the ground truth only, `|GT \ S|`.
  public let falseNegatives: Int
  /// The number of pixels in neither mask.
  public let trueNegatives: Int

  /// Counts the pixels of two masks on one grid.
  ///
  /// - Throws: `DipperError` of code `masksMismatched`, with both sizes, if the masks differ in
  ///   size.
  public init(of segmentation: Mask, against groundTruth: Mask) throws {
    try checkGrid(of: segmentation, against: groundTruth, cannotBe: "scored")
    var counts = [0, 0, 0, 0]
    for (found, expected) in zip(segmentation.pixels, groundTruth.pixels) {
      counts[(found ? 2 : 0) + (expected ? 1 : 0)] += 1
    }
    trueNegatives = counts[0]
    falseNegatives = counts[1]
    falsePositives = counts[2]
    truePositives = counts[3]
  }

  /// The Dice coefficient `2 |S & GT| / (|S| + |GT|)`, in `[0, 1]` (Dice, Ecology 26, 1945; paper,
  /// section 5).
  ///
  /// Two empty masks score 1, as with scikit-learn's `zero_division=1`: they agree in every pixel,
  /// and the NaN of the quotient would spread to the mean over all cases.
  public var dice: Double {
    let sum = 2 * truePositives + falsePositives + falseNegatives
    return sum == 0 ? 1 : Double(2 * truePositives) / Double(sum)  // equation (59)
  }

  /// The Jaccard index `|S & GT| / |S u GT|`, in `[0, 1]` (Jaccard 1901); two empty masks score 1,
  /// as for `dice`.
  ///
  /// The paper (section 5) prints the denominator `|S| + |GT| - |S u GT|`, which equals `|S & GT|`
  /// and would make every score 1. Its tables obey `J = D / (2 - D)`, so they were computed with
  /// the definition used here.
  public var jaccard: Double {
    let union = truePositives + falsePositives + falseNegatives
    return union == 0 ? 1 : Double(truePositives) / Double(union)  // equation (60)
  }
}

/// Requires that a segmentation and its ground truth have one size.
///
/// - Parameter verb: the participle that completes the error message: `scored`, `measured`.
/// - Throws: `DipperError` of code `masksMismatched` that names both sizes.
func checkGrid(
  of segmentation: Mask, against groundTruth: Mask, cannotBe verb: String
) throws {
  guard
    segmentation.width == groundTruth.width && segmentation.height == groundTruth.height
  else {
    throw DipperError(
      .masksMismatched,
      "a segmentation of \(segmentation.width) x \(segmentation.height) pixels cannot be \(verb) "
        + "against a ground truth of \(groundTruth.width) x \(groundTruth.height) pixels; both "
        + "must lie on the image's grid")
  }
}
