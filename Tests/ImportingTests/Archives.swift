import Foundation
import Imaging
import Importing
import TestSupport

/// A fresh folder that goes with the test.
final class Scratch {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "dipper-import-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func write(_ bytes: Data, _ path: String) throws {
    let file = folder.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: file)
  }

  func bytes(_ path: String) throws -> Data { try Data(contentsOf: folder.appending(path: path)) }
}

/// A disc in each slice of a volume, by the slice that it lies in.
struct Disc {
  var x: Double
  var y: Double
  var radius: [Int: Double]

  func contains(_ column: Int, _ row: Int, _ slice: Int) -> Bool {
    hypot(Double(column) - x, Double(row) - y) <= radius[slice] ?? -1
  }
}

/// A lung scan: the left lung (on the right of the picture) is largest in slice 3, the right in 2.
struct LungScan {
  static let left = Disc(x: 34, y: 20, radius: [1: 5, 2: 7, 3: 9, 4: 6])
  static let right = Disc(x: 12, y: 20, radius: [1: 8, 2: 10, 3: 9, 4: 4])
  /// Added to Hounsfield units.
  var shift: Float = 0
  /// The value of each lung in the mask.
  var leftLabel: Float = 1
  /// See `leftLabel`.
  var rightLabel: Float = 1

  private func isBody(_ x: Int, _ y: Int) -> Bool {
    hypot((Double(x) - 23) / 23, (Double(y) - 20) / 18) < 1
  }

  func image() -> SyntheticVolume {
    var volume = SyntheticVolume(width: 48, height: 40, count: 6) { x, y, z in
      let isLung = Self.left.contains(x, y, z) || Self.right.contains(x, y, z)
      return (isLung ? -850 : isBody(x, y) ? 40 : -1000) + Float(x % 3) + shift
    }
    volume.spacing = (1.75, 1.25, 1.75)
    return volume
  }

  func mask() -> SyntheticVolume {
    var volume = SyntheticVolume(width: 48, height: 40, count: 6) { x, y, z in
      Self.left.contains(x, y, z)
        ? leftLabel : Self.right.contains(x, y, z) ? rightLabel : x == 46 && y == 1 ? 1 : 0
    }
    volume.spacing = (1.75, 1.25, 1.75)
    return volume
  }
}

/// A liver scan with two lesions of label 2, the larger one in slices 1 to 3.
struct LiverScan {
  static let large = Disc(x: 20, y: 24, radius: [1: 4, 2: 6, 3: 5])
  static let small = Disc(x: 40, y: 24, radius: [2: 3, 3: 5, 4: 4])
  private static let liver = Disc(x: 30, y: 24, radius: [0: 20, 1: 20, 2: 20, 3: 20, 4: 20])
  var hasLesions = true

  private func isLesion(_ x: Int, _ y: Int, _ z: Int) -> Bool {
    hasLesions && (Self.large.contains(x, y, z) || Self.small.contains(x, y, z))
  }

  func image() -> SyntheticVolume {
    SyntheticVolume(width: 64, height: 48, count: 5) { x, y, z in
      isLesion(x, y, z) ? 60 : Self.liver.contains(x, y, z) ? 110 : Float(-x)
    }
  }

  func mask() -> SyntheticVolume {
    SyntheticVolume(width: 64, height: 48, count: 5) { x, y, z in
      isLesion(x, y, z) ? 2 : Self.liver.contains(x, y, z) ? 1 : 0
    }
  }
}

/// An import and what it said.
struct Played {
  var outcome: DatasetImport.Outcome
  var news: [String: DatasetImport.VolumeResult]

  /// Cases for training and for testing, volumes without the object, and what was passed over.
  var counts: [Int] { [outcome.train, outcome.test, outcome.empty, outcome.skipped] }

  init(_ request: ImportRequest, from source: URL, to destination: URL) throws {
    var news: [String: DatasetImport.VolumeResult] = [:]
    outcome = try DatasetImport(request, from: source, to: destination).run { what, volume, _, _ in
      news[volume] = what
    }
    self.news = news
  }
}
