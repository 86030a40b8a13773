import Errors
import Foundation

private struct MarkerFile: Codable {
  var points: [[Double]]
}

extension MarkerSet {
  /// Decodes the bytes of a marker file, `{"points": [[x, y], ...]}`, coordinates in pixels.
  ///
  /// - Parameters:
  ///   - bytes: the bytes of the file.
  ///   - name: the name of the file in errors.
  /// - Throws: `DipperError` of code `imageMalformed`.
  public init(decoding bytes: Data, name: String) throws {
    let file: MarkerFile
    do {
      file = try JSONDecoder().decode(MarkerFile.self, from: bytes)
    } catch {
      throw DipperError(
        .imageMalformed, "\(name) is not a marker file: it must read {\"points\": [[x, y], ...]}")
    }
    self.init(
      points: try file.points.enumerated().map { index, pair in
        guard pair.count == 2 else {
          throw DipperError(
            .imageMalformed,
            "point \(index + 1) of \(name) has \(pair.count) "
              + "coordinate\(pair.count == 1 ? "" : "s") instead of 2")
        }
        return Point(x: pair[0], y: pair[1])
      })
  }

  /// Reads a marker file.
  ///
  /// - Throws: `DipperError` of code `imageUnreadable` or `imageMalformed`.
  public init(contentsOf file: URL) throws {
    try self.init(decoding: readFile(file), name: file.path)
  }

  /// Returns the bytes of a marker file; equal marker sets have equal bytes.
  public func encoded() -> Data {
    let pairs = points.map { "[\($0.x), \($0.y)]" }.joined(separator: ", ")
    return Data("{\"points\": [\(pairs)]}\n".utf8)
  }
}
