/// A file of a source that gives no case, with the reason.
public struct UnusedFile: Hashable, Sendable {
  /// The path relative to the source.
  public var path: String
  /// The reason: the rest of a sentence that begins with the path.
  public var reason: String
  /// Whether the file was meant to be an image or a mask, so that data are missing without it.
  public var isData: Bool

  /// The reason why an image for testing, as in nnU-Net's imagesTs, gives no case.
  static let testImage = "is an image for testing, and no mask goes with it"

  /// An image or mask that a layout does not take, by the name of the layout.
  static func untaken(_ path: String, by layout: String) -> UnusedFile {
    let roles = SourceVolume(file: path).folders.compactMap { FolderRole($0) }
    guard let role = roles.last, role.isForTesting else {
      return UnusedFile(path, reason: "is no image and no mask of the layout \(layout)")
    }
    return UnusedFile(
      path,
      reason: role.isMask ? "is a mask for testing, which the layout does not take" : testImage,
      isData: false)
  }

  /// Creates an entry; by default the file was meant to be data.
  public init(_ path: String, reason: String, isData: Bool = true) {
    self.path = path
    self.reason = reason
    self.isData = isData
  }

  /// The sentence for the user.
  public var sentence: String { "\(path) \(reason)" }
}
