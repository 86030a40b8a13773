/// The endings by which names of images and masks differ, such as those of `p01_ct` and `p01_mask`.
enum NameSuffix {
  /// The suffixes of names of masks, in lower case.
  private static let masks = [
    "mask", "msk", "masks", "seg", "segmentation", "label", "labels", "labelmap", "gt",
    "groundtruth", "ground_truth", "annotation", "manual", "roi",
  ]
  /// The suffixes of names of images, in lower case.
  private static let images = ["image", "img", "scan", "ct", "mr", "mri", "volume"]

  /// Returns the name without the suffix of a mask, which follows `_`, `-` or `.`; nil if it has
  /// none.
  static func removingMask(from name: String) -> String? { name.removing(masks) }

  /// Returns the name without the suffix of an image; nil if it has none.
  static func removingImage(from name: String) -> String? { name.removing(images) }

  /// Tells whether a whole name is a word for a mask, as in `case_00000/segmentation.nii.gz`.
  static func isMask(_ name: String) -> Bool { masks.contains(name.lowercased()) }

  /// Returns the name without the number of a channel that nnU-Net appends, and that number; nil if
  /// there is none.
  static func channel(of name: String) -> (name: String, number: Int)? {
    guard let match = name.wholeMatch(of: /(.+)_(\d{4})/), let number = Int(match.2) else {
      return nil
    }
    return (String(match.1), number)
  }
}

extension String {
  fileprivate func removing(_ suffixes: [String]) -> String? {
    let lower = lowercased()
    for suffix in suffixes where lower.count == count {
      for separator in ["_", "-", "."] where lower.hasSuffix(separator + suffix) {
        let rest = String(dropLast(suffix.count + 1))
        if !rest.isEmpty { return rest }
      }
    }
    return nil
  }
}
