/// The meaning of a folder's name: whether it holds images or masks, and of which part of the data
/// set.
struct FolderRole: Hashable {
  /// Whether the folder holds masks; otherwise it holds images.
  var isMask: Bool
  /// The part of the data set in lower case, such as `tr` in `imagesTr` or `test` in `test_masks`;
  /// empty if the name says none.
  var part: String

  /// The words for images in folders' names, in lower case.
  private static let images: Set = [
    "images", "image", "imgs", "img", "scans", "scan", "volumes", "volume", "rawdata",
  ]
  /// The words for masks in folders' names, in lower case.
  private static let masks: Set = [
    "masks", "mask", "labels", "label", "segmentations", "segmentation", "segs", "seg",
    "annotations", "annotation", "groundtruth", "ground_truth", "gt", "derivatives", "instances",
  ]
  /// The words for parts of a data set, in lower case, longer ones first.
  private static let parts = [
    "validation", "training", "testing", "train", "test", "valid", "val", "tr", "ts", "va",
  ]

  /// Reads a folder's name, in upper or lower case; nil if it says neither.
  init?(_ name: String) {
    let name = name.lowercased()
    if let role = Self.role(of: name) {
      self.init(isMask: role, part: "")
      return
    }
    for part in Self.parts {
      let rests = [
        name.hasSuffix(part) ? String(name.dropLast(part.count)) : nil,
        name.hasPrefix(part) ? String(name.dropFirst(part.count)) : nil,
      ]
      for rest in rests.compactMap({ $0 }) {
        guard let role = Self.role(of: rest.trimmingSeparators) else { continue }
        self.init(isMask: role, part: part)
        return
      }
    }
    return nil
  }

  /// Whether the folder holds the part of the data set that is for testing.
  var isForTesting: Bool { ["ts", "test", "testing"].contains(part) }

  private init(isMask: Bool, part: String) {
    self.isMask = isMask
    self.part = part
  }

  private static func role(of word: String) -> Bool? {
    masks.contains(word) ? true : images.contains(word) ? false : nil
  }
}

extension String {
  /// The name without `_`, `-`, `.` and blanks at its ends.
  fileprivate var trimmingSeparators: String {
    let isSeparator: (Character) -> Bool = { "_-. ".contains($0) }
    let start = drop(while: isSeparator)
    return String(start.reversed().drop(while: isSeparator).reversed())
  }
}

/// The folders of a volume, read for their roles.
struct FolderRoles: Hashable {
  /// Whether the innermost folder with a role holds masks; nil if none has a role.
  var isMask: Bool?
  /// The folders without those that have a role; each of these leaves its part of the data set, if
  /// its name says one.
  var others: [String] = []

  init(_ folders: [String]) {
    for folder in folders {
      guard let role = FolderRole(folder) else {
        others.append(folder)
        continue
      }
      isMask = role.isMask
      if !role.part.isEmpty { others.append(role.part) }
    }
  }
}
