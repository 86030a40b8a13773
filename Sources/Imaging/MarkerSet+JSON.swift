import Foundation

private struct MarkerFile: Codable {
  var points: [[Double]]
}

extension MarkerSet {
  /// The markers in the bytes of a marker file, `{"points": [[x, y], ...]}`.
  ///
  /// - Parameter name: what to call the file in an error.
  /// - Throws: `ImagingError` of code `malformed`.
  public init(decoding bytes: Data, name: String) throws {
    let file: MarkerFile
    do {
      file = try JSONDecoder().decode(MarkerFile.self, from: bytes)
    } catch {
      throw ImagingError(
        .malformed, "\(name) is not a marker file: it must read {\"points\": [[x, y], ...]}")
    }
    self.init(
      points: try file.points.enumerated().map { index, pair in
        guard pair.count == 2 else {
          throw ImagingError(
            .malformed, "point \(index + 1) of \(name) has \(pair.count) coordinates instead of 2")
        }
        return Point(x: pair[0], y: pair[1])
      })
  }

  /// The markers in a marker file.
  ///
  /// - Throws: `ImagingError` of code `unreadable` or `malformed`.
  public init(contentsOf file: URL) throws {
    try self.init(decoding: readFile(file), name: file.path)
  }

  /// The bytes of a marker file; equal markers have equal bytes.
  public func encoded() -> Data {
    let pairs = points.map { "[\($0.x), \($0.y)]" }.joined(separator: ", ")
    return Data("{\"points\": [\(pairs)]}\n".utf8)
  }
}
