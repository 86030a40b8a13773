import Foundation
import Imaging
import Jobs

/// What another reader found in a volume; see `Scripts/golden.d/volumes.py`.
struct ExpectedVolume: Decodable {
  var files: [String]
  var size: [Int]
  var spacing: [Double]
  var affine: [[Double]]
  var sum: Double
  var largest: Double
  var sha256: String

  var isNIfTI: Bool { files[0].contains(".nii") }
}

enum Fixtures {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/volumes")

  static func expected(_ name: String) throws -> [ExpectedVolume] {
    try JSONDecoder().decode(
      [ExpectedVolume].self, from: Data(contentsOf: folder.appending(path: name)))
  }
}

extension Volume {
  /// Of all values as float32, in display order.
  var digest: Digest {
    var running = RunningDigest()
    for index in 0..<grid.sliceCount {
      slice(index).pixels.withUnsafeBytes { running.append(Data($0)) }
    }
    return running.digest
  }

  var values: [Float] { (0..<grid.sliceCount).flatMap { slice($0).pixels } }
}

extension VolumeGrid {
  /// From raw indices to world coordinates, row by row.
  var affine: [[Double]] {
    (0..<3).map { row in steps.map { $0[row] } + [origin[row]] }
  }
}

func areClose(_ one: [[Double]], _ other: [[Double]], within tolerance: Double) -> Bool {
  zip(one.joined(), other.joined()).allSatisfy { abs($0 - $1) <= tolerance }
}

/// The file that `gzip` makes of a packed one, so that the reader under test has no part in it.
func unpacked(_ file: Data) throws -> Data {
  guard file.prefix(2) == Data([0x1f, 0x8b]) else { return file }
  let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try file.write(to: folder.appending(path: "file.gz"))
  let gzip = Process()
  gzip.executableURL = URL(filePath: "/usr/bin/env")
  gzip.arguments = ["gzip", "-d", folder.appending(path: "file.gz").path]
  try gzip.run()
  gzip.waitUntilExit()
  return try Data(contentsOf: folder.appending(path: "file"))
}
