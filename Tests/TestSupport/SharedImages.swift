import Foundation

/// The real images beside the checkout, which are not part of it.
public enum SharedImages {
  /// `../shared/data` seen from the repository's root, or nil where it is absent.
  public static let folder: URL? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = root.deletingLastPathComponent().appending(path: "shared/data")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  /// Says on standard output why a test that needs the images does nothing here.
  public static func skipReason(_ test: String) -> String {
    "skipped \(test): ../shared/data is not here"
  }
}
