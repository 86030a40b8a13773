/// The inputs of one case: an image and its markers, named by the digests of their files.
public struct CaseInput: Hashable, Sendable, Codable {
  /// The digest of a PNG, NIfTI or gzipped NIfTI file.
  public var image: Digest
  /// The digest of a marker file, `{"points": [[x, y], ...]}`.
  public var markers: Digest

  /// Creates the inputs of a case from the digests of its two files.
  public init(image: Digest, markers: Digest) {
    self.image = image
    self.markers = markers
  }
}
