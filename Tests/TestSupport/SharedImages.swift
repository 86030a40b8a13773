import Foundation

/// The real images that may lie beside the checkout and are not part of it.
public enum SharedImages {
  /// The folder `../shared/data` relative to the checkout, or nil if it does not exist.
  public static let folder: URL? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = root.deletingLastPathComponent().appending(path: "shared/data")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  /// Returns the line that a test prints if it does nothing because the images are absent.
  public static func skipReason(_ test: String) -> String {
    "skipped \(test): ../shared/data is not here"
  }
}
