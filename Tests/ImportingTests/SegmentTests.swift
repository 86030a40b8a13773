import Foundation
import Imaging
import Importing
import Testing

/// A file of 6 x 2 x 1 bytes in layers, each of which repeats a row of 6 values.
private func nrrd(layers: [[UInt8]], pairs: [String] = []) -> Data {
  let header =
    ["NRRD0005", "type: uint8", "encoding: raw"]
    + (layers.count == 1
      ? ["dimension: 3", "sizes: 6 2 1"]
      : ["dimension: 4", "sizes: \(layers.count) 6 2 1", "kinds: list domain domain domain"])
    + pairs
  let numbers = (0..<12).flatMap { voxel in layers.map { $0[voxel % 6] } }
  return Data(header.joined(separator: "\n").utf8) + Data("\n\n".utf8) + Data(numbers)
}

private func names(_ names: String...) -> [String] {
  names.enumerated().flatMap { index, name in
    [
      "Segment\(index)_ID:=\(index)", "Segment\(index)_Name:=\(name)",
      "Segment\(index)_Layer:=\(index)", "Segment\(index)_LabelValue:=1",
    ]
  }
}

/// The lesion lies in the organ.
private let organ: [UInt8] = [1, 1, 1, 0, 0, 0]
private let lesion: [UInt8] = [0, 1, 0, 0, 0, 0]
private let outside: [UInt8] = [0, 0, 0, 1, 1, 1]

/// Imports a mask, beside one that holds the segment `other`.
///
/// - Returns: the first row of the object, or nil with the reason; and the remarks.
private func imported(
  _ mask: Data, label: LabelChoice?
) throws -> (row: [Bool]?, reason: String, remarks: [String]) {
  let scratch = try Scratch()
  for (index, name) in ["p1", "p2"].enumerated() {
    let image = nrrd(layers: [(0..<6).map { UInt8($0 * 9 + index) }])
    try scratch.write(image, to: "in/images/\(name).nrrd")
  }
  try scratch.write(mask, to: "in/masks/p1.nrrd")
  try scratch.write(
    nrrd(layers: [lesion, organ], pairs: names("other", "organ")), to: "in/masks/p2.nrrd")
  var request = ImportRequest(layout: "folder", name: "set")
  request.train = 0
  request.minimumArea = 1
  request.label = label
  let out = scratch.folder.appending(path: "out", directoryHint: .isDirectory)
  let run = try ImportRun(request, from: scratch.folder.appending(path: "in"), to: out)
  let remarks = run.volumeRemarks["p1"] ?? []
  if case .skipped(let reason) = run.results["p1"] { return (nil, reason, remarks) }
  let truth = try Mask(contentsOf: out.appending(path: "masks/p1.png"))
  return (Array(truth.pixels.prefix(6)), "", remarks)
}

@Test("overlapping segments do not erase each other, and one is chosen by number or name")
func overlappingSegments() throws {
  let mask = nrrd(layers: [organ, lesion], pairs: names("Organ", "lesion"))
  for choice in [LabelChoice.number(1), .name("organ")] {
    #expect(try imported(mask, label: choice).row == organ.map { $0 == 1 })
  }
  #expect(try imported(mask, label: .number(2)).row == lesion.map { $0 == 1 })
  let all = try imported(mask, label: nil)
  #expect(all.row == organ.map { $0 == 1 })
  #expect(all.remarks.contains { $0.contains("the 2 segments 1 (Organ), 2 (lesion)") })
  let missing = try imported(mask, label: .name("other"))
  #expect(
    missing.reason.contains("has no label other; its segments are 1 (Organ), 2 (lesion)"))
}

@Test("segments that cover everything need a choice") func coveringSegments() throws {
  let mask = nrrd(layers: [organ, outside], pairs: names("organ", "rest"))
  #expect(try imported(mask, label: nil).reason.contains("cover every voxel"))
  #expect(try imported(mask, label: .number(1)).row == organ.map { $0 == 1 })
}

@Test("the layers of a one-hot mask are its classes, from 0 if the first is the background")
func oneHot() throws {
  let background: [UInt8] = [0, 0, 1, 1, 1, 1]
  let first: [UInt8] = [1, 0, 0, 0, 0, 0]
  let mask = nrrd(layers: [background, first, lesion])
  #expect(try imported(mask, label: .number(2)).row == lesion.map { $0 == 1 })
  let all = try imported(mask, label: nil)
  #expect(all.row == background.map { $0 == 0 })
  #expect(all.remarks.contains { $0.contains("counts as the background") })
  let regions = nrrd(layers: [organ, lesion])
  #expect(try imported(regions, label: .number(1)).row == organ.map { $0 == 1 })
}
