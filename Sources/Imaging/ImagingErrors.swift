import Errors

extension DipperError.Domain {
  /// Errors of reading, writing and combining images, masks, volumes and marker sets.
  public static let imaging = Self("imaging")
}

extension DipperError.Code {
  /// A file cannot be opened or read.
  public static let imageUnreadable = Self(.imaging, name: "unreadable")
  /// A file cannot be written, for example because the disk is full or a permission is missing.
  public static let imageUnwritable = Self(.imaging, name: "unwritable")
  /// The bytes violate their format: they are truncated or damaged.
  public static let imageMalformed = Self(.imaging, name: "malformed")
  /// The file is valid, but its data type or dimension is not supported.
  public static let imageUnsupported = Self(.imaging, name: "unsupported")
  /// Two images, masks or volumes that must share a grid do not.
  public static let gridMismatch = Self(.imaging, name: "grid-mismatch")
  /// A marker set cannot be used: it has too few points, no area, or points outside the image.
  public static let markersInvalid = Self(.imaging, name: "markers-invalid")
}
