import Foundation
import Imaging
import Importing
import TestSupport
import Testing

/// The result of importing masks whose voxels have these values in stripes, of 10 voxels each, in a
/// slice of two rows.
private struct Striped {
  /// The stripes of the object, or the reason for which there is none.
  let result: [Int]?
  let reason: String
  let remarks: [String]

  init(
    _ values: [Float], layout: String = "folder",
    changing change: (inout ImportRequest) -> Void = {
      _ in
    }
  ) throws {
    let scratch = try Scratch()
    let width = 10 * values.count
    let image = SyntheticVolume(width: width, height: 2, count: 1) { x, _, _ in Float(x % 7) }
    let mask = SyntheticVolume(width: width, height: 2, count: 1) { x, _, _ in values[x / 10] }
    let folders = layout == "folder" ? ["images", "masks"] : ["imagesTr", "labelsTr"]
    var request = ImportRequest(layout: layout, name: "set")
    request.train = 0
    request.minimumArea = 1
    request.target = .all
    change(&request)
    // The import needs a volume that can be taken, whatever becomes of the other one.
    var label: Float = 1
    if case .number(let number) = request.label { label = Float(number) }
    let reference = SyntheticVolume(width: width, height: 2, count: 1) { x, _, _ in
      x < 10 ? label : 0
    }
    for (name, mask) in [("p1", mask), ("p2", reference)] {
      try scratch.write(image.nifti(isReal: true), to: "in/\(folders[0])/\(name).nii")
      try scratch.write(mask.nifti(isReal: true), to: "in/\(folders[1])/\(name).nii")
    }
    let out = scratch.folder.appending(path: "out", directoryHint: .isDirectory)
    let run = try ImportRun(request, from: scratch.folder.appending(path: "in"), to: out)
    remarks = run.volumeRemarks["p1"] ?? []
    switch run.results["p1"] {
    case .imported:
      let pixels = try Mask(contentsOf: out.appending(path: "masks/p1.png")).pixels
      result = values.indices.filter { pixels[10 * $0 + 5] }
      reason = ""
      #expect(pixels.count { $0 } == 20 * (result?.count ?? 0))
    case .skipped(let text):
      result = nil
      reason = text
    default:
      result = []
      reason = ""
    }
  }
}

@Test(
  "whole numbers are labels, whatever their size or sign",
  arguments: [(255, 1), (-1, 2), (104, 3), (1000, 4)] as [(Int, Int)])
func wholeNumbers(label: Int, stripe: Int) throws {
  let striped = try Striped([0, 255, -1, 104, 1000]) { $0.label = .number(label) }
  #expect(striped.result == [stripe])
  #expect(striped.remarks.isEmpty)
}

@Test("without a label, all values beside the background are the object, and that is said")
func allLabels() throws {
  let striped = try Striped([0, 3, -1, 104])
  #expect(striped.result == [1, 2, 3])
  #expect(
    striped.remarks.contains {
      $0.contains("the 3 labels -1, 3, 104 beside the background 0; all of them are the object")
    })
}

@Test("a label that does not occur is refused with the values that do") func missingLabel() throws {
  let striped = try Striped([0, 3, 104]) { $0.label = .number(7) }
  #expect(striped.result == nil)
  #expect(striped.reason.contains("its mask has no label 7; its values are 0, 3, 104"))
}

@Test(
  "of two values of a mask the larger is the object",
  arguments: [(0, 1), (0, 255), (1, 2), (128, 255), (-1, 0), (0.25, 0.5)] as [(Float, Float)])
func twoValues(low: Float, high: Float) throws {
  let striped = try Striped([low, high, low])
  #expect(striped.result == [1])
  #expect(striped.remarks.isEmpty == (low == 0))
}

@Test("a mask of one value is refused, and a mask of zeros has no object") func oneValue() throws {
  #expect(try Striped([255, 255]).reason.contains("one value, 255, in every voxel"))
  #expect(try Striped([0, 0]).result == [])
}

@Test("fractions are memberships, of which those above half of the usual value are inside")
func fractions() throws {
  let striped = try Striped([0, 0.3, 0.9, 1, 1.1, -0.2])
  #expect(striped.result == [2, 3, 4])
  #expect(striped.remarks.contains { $0.contains("grades of membership") })
  let labelled = try Striped([0, 0.3, 0.9, 1, 1.1, -0.2]) { $0.label = .number(2) }
  #expect(labelled.reason.contains("no label 2 can be told from others"))
}

@Test("the default label of a layout may be absent, and a mask of 0 and 255 has label 1")
func defaultLabel() throws {
  #expect(try Striped([0, 255], layout: "decathlon").result == [1])
  let absent = try Striped([0, 2, 3], layout: "decathlon")
  #expect(absent.result == [])
  #expect(absent.remarks == ["its mask has no label 1; its values are 0, 2, 3"])
}

@Test("a picture with blurred edges is taken at half of its largest value") func blurred() throws {
  let ramp = (0..<20).map { Float($0 * 12) }
  let striped = try Striped(ramp + [Float](repeating: 255, count: 30))
  #expect(striped.result == Array(11..<50))
  #expect(striped.remarks.contains { $0.contains("grades of membership") })
}
