import Foundation
import Imaging
import Importing
import TestSupport

/// A new empty folder that is removed at the end of the test.
final class Scratch {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "dipper-import-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func write(_ bytes: Data, to path: String) throws {
    let file = folder.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: file)
  }

  func bytes(_ path: String) throws -> Data { try Data(contentsOf: folder.appending(path: path)) }
}

/// A disc with a radius of its own in each slice of a volume.
struct Disc {
  var x: Double
  var y: Double
  var radius: [Int: Double]

  func contains(x column: Int, y row: Int, slice: Int) -> Bool {
    hypot(Double(column) - x, Double(row) - y) <= radius[slice] ?? -1
  }
}

/// A lung scan in which the left lung (on the right of the image) is largest in slice 3 and the
/// right one in slice 2.
struct LungScan {
  static let left = Disc(x: 34, y: 20, radius: [1: 5, 2: 7, 3: 9, 4: 6])
  static let right = Disc(x: 12, y: 20, radius: [1: 8, 2: 10, 3: 9, 4: 4])
  /// The number that is added to Hounsfield units.
  var shift: Float = 0
  /// The value of the left lung in the mask.
  var leftLabel: Float = 1
  /// The value of the right lung in the mask.
  var rightLabel: Float = 1
  /// The number of the scan, which marks the last pixel of its slices: no two patients have one image.
  var number = 0

  private func isBody(x: Int, y: Int) -> Bool {
    hypot((Double(x) - 23) / 23, (Double(y) - 20) / 18) < 1
  }

  func image() -> SyntheticVolume {
    var volume = SyntheticVolume(width: 48, height: 40, count: 6) { x, y, z in
      let isLung =
        Self.left.contains(x: x, y: y, slice: z) || Self.right.contains(x: x, y: y, slice: z)
      let mark = x == 47 && y == 39 ? Float(number) : 0
      return (isLung ? -850 : isBody(x: x, y: y) ? 40 : -1000) + Float(x % 3) + shift + mark
    }
    volume.spacing = (1.75, 1.25, 1.75)
    return volume
  }

  func mask() -> SyntheticVolume {
    var volume = SyntheticVolume(width: 48, height: 40, count: 6) { x, y, z in
      Self.left.contains(x: x, y: y, slice: z)
        ? leftLabel
        : Self.right.contains(x: x, y: y, slice: z) ? rightLabel : x == 46 && y == 1 ? 1 : 0
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
  /// The number of the scan, which marks the last pixel of its slices: no two patients have one image.
  var number = 0

  private func isLesion(x: Int, y: Int, z: Int) -> Bool {
    hasLesions
      && (Self.large.contains(x: x, y: y, slice: z) || Self.small.contains(x: x, y: y, slice: z))
  }

  func image() -> SyntheticVolume {
    SyntheticVolume(width: 64, height: 48, count: 5) { x, y, z in
      let mark = x == 63 && y == 47 ? Float(number) : 0
      return isLesion(x: x, y: y, z: z)
        ? 60 : Self.liver.contains(x: x, y: y, slice: z) ? 110 : Float(-x) + mark
    }
  }

  func mask() -> SyntheticVolume {
    SyntheticVolume(width: 64, height: 48, count: 5) { x, y, z in
      isLesion(x: x, y: y, z: z) ? 2 : Self.liver.contains(x: x, y: y, slice: z) ? 1 : 0
    }
  }
}

/// A finished import with its reports.
struct ImportRun {
  var outcome: DatasetImport.Outcome
  /// The result of each volume, by its id.
  var results: [String: DatasetImport.VolumeResult]
  /// The remarks about all volumes and about single ones.
  var remarks: [String]
  /// The remarks about each volume, by its id.
  var volumeRemarks: [String: [String]]

  /// The numbers of training cases, test cases, volumes without the object, and skipped volumes.
  var counts: [Int] { [outcome.train, outcome.test, outcome.empty, outcome.skipped] }

  init(_ request: ImportRequest, from source: URL, to destination: URL) throws {
    var results: [String: DatasetImport.VolumeResult] = [:]
    var remarks: [String] = []
    var volumeRemarks: [String: [String]] = [:]
    let dataImport = try DatasetImport(request, from: source, to: destination)
    outcome = try dataImport.run {
      result, volume, _, _ in
      if case .remark(let text) = result {
        remarks.append(text)
        volumeRemarks[volume, default: []].append(text)
      } else {
        results[volume] = result
      }
    }
    self.results = results
    self.remarks = remarks
    self.volumeRemarks = volumeRemarks
  }
}
