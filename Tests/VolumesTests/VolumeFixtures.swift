import Foundation
import Imaging
import Jobs

/// The voxels and the grid that another reader found in a volume (`Scripts/golden.d/volumes.py`).
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

enum VolumeFixtures {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/volumes")

  static func expected(_ name: String) throws -> [ExpectedVolume] {
    try JSONDecoder().decode(
      [ExpectedVolume].self, from: Data(contentsOf: folder.appending(path: name)))
  }
}

extension Volume {
  /// The digest of all values as float32, in display order.
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
  /// The affine transform from raw indices to world coordinates, row by row.
  var affine: [[Double]] {
    (0..<3).map { row in steps.map { $0[row] } + [origin[row]] }
  }
}

func areClose(_ one: [[Double]], to other: [[Double]], within tolerance: Double) -> Bool {
  zip(one.joined(), other.joined()).allSatisfy { abs($0 - $1) <= tolerance }
}

/// Decompresses a file with the program `gzip`, independently of the reader under test; other files
/// are returned unchanged.
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
