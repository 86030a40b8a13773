import Expectations
import Foundation
import Imaging
import Importing
import TestSupport
import Testing

/// An object that no flip or turn maps on itself, in an image whose every voxel differs from its
/// neighbours.
private func drawn(_ size: SIMD3<Int> = SIMD3(12, 10, 8)) -> (PlacedVolume, PlacedVolume) {
  let steps = [SIMD3(-0.8, 0, 0), SIMD3(0, -0.9, 0), SIMD3(0, 0, 1.5)]
  let origin = SIMD3(40.0, -20, 100)
  let image = PlacedVolume(size: size, steps: steps, origin: origin) {
    Float($0.x * 7 + $0.y * 3 + $0.z * 50)
  }
  let mask = PlacedVolume(size: size, steps: steps, origin: origin) { index in
    let isInside =
      (3..<8).contains(index.x) && (3..<6).contains(index.y) && (2..<6).contains(index.z)
      && !(index.x > 4 && index.y == 3) && !(index.z == 5 && index.x == 3)
    return isInside ? 1 : 0
  }
  return (image, mask)
}

/// An import of pairs of the folder layout, all slices for testing.
private struct PairImport {
  let scratch: Scratch
  private let run: ImportRun
  let remarks: [String: [String]]

  init(
    _ pairs: [String: (image: Data, mask: Data)], ending: String = "nii",
    changing change: (inout ImportRequest) -> Void = { _ in }
  ) throws {
    scratch = try Scratch()
    for (name, pair) in pairs {
      try scratch.write(pair.image, to: "in/images/\(name).nii")
      try scratch.write(pair.mask, to: "in/masks/\(name).\(ending)")
    }
    var request = ImportRequest(layout: "folder", name: "set")
    request.train = 0
    request.minimumArea = 1
    request.slice = .all
    change(&request)
    run = try ImportRun(
      request, from: scratch.folder.appending(path: "in"),
      to: scratch.folder.appending(path: "out"))
    // Several pairs have the same image, which the import remarks upon.
    remarks = run.volumeRemarks.mapValues { texts in
      texts.filter { !$0.contains("the same image has two names") }
    }.filter { !$0.value.isEmpty }
  }

  /// Returns the reason for which a volume was skipped.
  func reason(_ volume: String) -> String {
    if case .skipped(let reason) = run.results[volume] { return reason }
    return "\(String(describing: run.results[volume]))"
  }

  /// Returns the masks of a volume by the index of their slice.
  func masks(_ volume: String) throws -> [String: [Bool]] {
    let folder = scratch.folder.appending(path: "out/masks")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasPrefix(volume + "_") }
    return try Dictionary(
      uniqueKeysWithValues: names.map { name in
        let index = name.dropFirst(volume.count + 1)
        return (String(index), try Mask(contentsOf: folder.appending(path: name)).pixels)
      })
  }
}

private func pair(_ image: PlacedVolume, _ mask: PlacedVolume) -> (image: Data, mask: Data) {
  (image.nifti(), mask.nifti())
}

/// A mask that is turned, cropped, extended and moved by a part of a voxel at random, with every
/// voxel at the place where it was.
private func moved(
  _ mask: PlacedVolume, using generator: inout SplitMix64
) -> PlacedVolume {
  func pick(_ range: Range<Int>) -> Int {
    range.lowerBound + Int(generator.uniform(0...1) * Double(range.count) * 0.999_999)
  }
  let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
  let start = SIMD3(pick(-3..<4), pick(-3..<4), pick(-3..<3))
  let end = SIMD3(pick(8..<15), pick(6..<13), pick(6..<10))
  var part = mask.cropped(from: start, size: end &- start)
    .turned(axes: orders[pick(0..<6)], flips: (0..<3).map { _ in pick(0..<2) == 1 })
  for axis in 0..<3 { part.origin += part.steps[axis] * generator.uniform(-0.4...0.4) }
  return part
}

/// The same volume in a patient who is turned and moved.
private func tilted(_ volume: PlacedVolume, by angle: Double) -> PlacedVolume {
  func turn(_ vector: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(
      cos(angle) * vector.x - sin(angle) * vector.y, sin(angle) * vector.x + cos(angle) * vector.y,
      vector.z)
  }
  var volume = volume
  volume.steps = volume.steps.map(turn)
  volume.origin = turn(volume.origin)
  return volume
}

@Test("a mask that is flipped, turned, cropped or shifted comes back to the same voxels")
func movedMasks() throws {
  var generator = SplitMix64(seed: 22)
  var pairs: [String: (image: Data, mask: Data)] = [:]
  for index in 0..<60 {
    let (image, mask) = drawn()
    let angle = generator.uniform(-0.5...0.5)
    let turned = image.turned(
      axes: [[0, 1, 2], [1, 0, 2], [2, 0, 1]][index % 3], flips: [index % 2 == 0, false, true])
    pairs["p\(100 + index)"] = pair(
      tilted(turned, by: angle), tilted(moved(mask, using: &generator), by: angle))
  }
  let (image, mask) = drawn()
  pairs["same"] = pair(image, mask)
  let result = try PairImport(pairs)
  let expected = try result.masks("same")
  #expect(expected.count == 4)
  #expect(result.remarks["same"] == nil)
  // The plane of the slices is axial in all of them, since the voxels are squarest there.
  for name in pairs.keys where name != "same" {
    #expect(try result.masks(name) == expected, "\(name)")
  }
}

@Test("a mask of other voxels gives the nearest one, and that is said") func otherSpacing() throws {
  let (image, mask) = drawn()
  var fine = mask
  fine.size = mask.size &* SIMD3(2, 2, 1)
  fine.steps = [mask.steps[0] / 2, mask.steps[1] / 2, mask.steps[2]]
  fine.origin -= (mask.steps[0] + mask.steps[1]) / 4
  fine.value = { mask.value(SIMD3($0.x / 2, $0.y / 2, $0.z)) }
  let result = try PairImport(["same": pair(image, mask), "fine": pair(image, fine)])
  #expect(try result.masks("fine") == result.masks("same"))
  #expect(result.remarks["fine"]?[0].contains("has voxels of 0.4 x 0.45 x 1.5 mm") == true)
}

@Test("a mask that lies elsewhere is refused by name, and taken if the user says that it fits")
func elsewhere() throws {
  let (image, mask) = drawn()
  var away = mask
  away.origin.x += 500
  let pairs = ["same": pair(image, mask), "away": pair(image, away)]
  let refused = try PairImport(pairs)
  let reason = refused.reason("away")
  #expect(reason.contains("nothing of its mask masks/away.nii lies on its image images/away.nii"))
  #expect(reason.contains("--pair-by-order"))
  let taken = try PairImport(pairs) { $0.pairsByOrder = true }
  #expect(try taken.masks("away") == taken.masks("same"))
}

@Test("without a position, only masks of the image's size are paired") func unplaced() throws {
  let (image, mask) = drawn()
  var silent = mask
  silent.isPlaced = false
  var small = silent.cropped(from: SIMD3(0, 0, 0), size: SIMD3(12, 9, 8))
  small.isPlaced = false
  let result = try PairImport([
    "same": pair(image, mask), "silent": pair(image, silent), "small": pair(image, small),
  ])
  #expect(try result.masks("silent") == result.masks("same"))
  #expect(result.remarks["silent"]?[0].contains("masks/silent.nii does not say where") == true)
  #expect(result.reason("small").contains("12 x 9 x 8 voxels and its image"))
  #expect(result.reason("small").contains("12 x 10 x 8"))
}

@Test("the mask of a picture lies on a slice as it is displayed") func picture() throws {
  let (image, mask) = drawn(SIMD3(12, 10, 1))
  var flat = mask
  flat.value = { mask.value(SIMD3($0.x, $0.y, 3)) }
  let expected = (0..<120).map { flat.value(SIMD3($0 % 12, $0 / 12, 0)) > 0 }
  let png = try Mask(width: 12, height: 10, pixels: expected).encodedPNG()
  // The file runs to the patient's right and front, against the display.
  let stored = image.turned(axes: [0, 1, 2], flips: [true, true, false]).nifti()
  let result = try PairImport(["p1": (stored, png)], ending: "png")
  let file = result.scratch.folder.appending(path: "out/masks/p1.png")
  #expect(try Mask(contentsOf: file).pixels == expected)
  let refused = try PairImport(
    ["p1": (stored, png), "p2": (drawn(SIMD3(10, 12, 1)).0.nifti(), png)], ending: "png")
  #expect(refused.reason("p2").contains("12 x 10 voxels and its image images/p2.nii 10 x 12"))
}

@Test("slices are cut as acquired or in the requested plane, and the plane is said")
func planes() throws {
  // Slices of 4 mm from the left to the right, as of a spine.
  let steps = [SIMD3(0, -0.5, 0), SIMD3(0, 0, -0.5), SIMD3(4.0, 0, 0)]
  let size = SIMD3(12, 10, 5)
  let image = PlacedVolume(size: size, steps: steps, origin: SIMD3(1, 2, 3)) {
    Float($0.x * 7 + $0.y * 3 + $0.z * 50)
  }
  var mask = image
  mask.value = {
    (2..<6).contains($0.x) && (3..<9).contains($0.y) && (1..<3).contains($0.z) ? 1 : 0
  }
  let acquired = try PairImport(["p1": pair(image, mask)])
  #expect(acquired.remarks["p1"] == ["sagittal slices as acquired"])
  #expect(try acquired.masks("p1").mapValues(\.count) == ["z001.png": 120, "z002.png": 120])
  let json = try #require(
    JSONSerialization.jsonObject(with: acquired.scratch.bytes("out/dataset.json"))
      as? [String: Any])
  let cases = try #require(json["cases"] as? [[String: Any]])
  #expect(cases.map { $0["plane"] as? String } == ["sagittal", "sagittal"])
  let out = acquired.scratch.folder.appending(path: "out")
  let case2 = try Mask(contentsOf: out.appending(path: "masks/p1_z002.png"))
  let restored = try Volume(
    decodingNIfTI: ImportedDataset(in: out).restored(["p1_z002": case2]), name: "restored")
  let values = restored.sampled(atMost: 12 * 10 * 5)
  #expect(
    values.indices.allSatisfy { index in
      let voxel = SIMD3(index % 12, index / 12 % 10, index / 120)
      return values[index] == (voxel.z == 2 ? mask.value(voxel) : 0)
    })
  let axial = try PairImport(["p1": pair(image, mask)]) { $0.plane = .axial }
  #expect(axial.remarks["p1"] == nil)
  #expect(try axial.masks("p1").count == 6)
}
