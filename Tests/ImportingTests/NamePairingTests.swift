import Importing
import Jobs
import Testing

/// The pairs that a layout finds among files of these names, as `image + mask`.
private func pairs(_ paths: [String], by layout: String = "folder") throws -> [String] {
  try discovered(by: layout, in: paths).volumes.map {
    ($0.image + ["+"] + $0.mask).joined(separator: " ")
  }
}

@Test(
  "equal names in two folders are a pair, and so is NAME with NAME_mask, whatever NAME ends in",
  arguments: [
    ("images/p01_gt.nii.gz", "masks/p01_gt.nii.gz"), ("images/p01_ct.nii", "masks/p01_ct.nii"),
    ("images/p01_mask.png", "masks/p01_mask.png"), ("p01_ct.nii", "p01_ct_mask.nii"),
    ("p01_gt.nii", "p01_gt_mask.nii"), ("p01_ct.nii", "p01_ct_seg.nii"),
    ("p01_ct.nii", "p01_seg.nii"), ("Images/p01.NII.GZ", "MASKS/p01.Nrrd"),
    ("images/site1/p01.nii", "masks/site1/p01.nii"),
    ("site1/images/p01.nii", "site1/masks/p01.nii"), ("p01.mha", "P01_Mask.mha".lowercased()),
    ("imagesTr/p01.tif", "labelsTr/p01.tif"), ("imagesTs/p01.jpg", "labelsTs/p01.png"),
    ("train_images/p01.png", "train_masks/p01.png"), ("images/p01/ct.nii", "masks/p01/gtv.nii"),
    ("imagesTr/p01_0000.nii.gz", "labelsTr/p01.nii.gz"), ("p01/ct.nii", "p01/seg.nii"),
  ])
func pairNames(image: String, mask: String) throws {
  let found = try discovered(by: "folder", in: [image, mask])
  #expect(found.volumes.map(\.image) == [[image]])
  #expect(found.volumes.map(\.mask) == [[mask]])
  #expect(found.unused.isEmpty)
}

@Test("several pairs in the folder of each patient give a word about patients") func sharedFolders()
  throws
{
  let paths = ["p1", "p2"].flatMap { patient in
    ["a", "b"].flatMap { ["\(patient)/\($0).nii", "\(patient)/\($0)_mask.nii"] }
  }
  let found = try discovered(by: "folder", in: paths)
  #expect(found.volumes.count == 4)
  #expect(found.remarks.count == 1 && found.remarks[0].contains("per-patient"))
  #expect(try discovered(by: "folder", in: Array(paths.prefix(4))).remarks.isEmpty)
}

@Test("equal names in two folders are pairs of their own") func repeatedNames() throws {
  let paths = ["site1/a", "site2/a", "b"].flatMap { ["images/\($0).nii", "masks/\($0).nii"] }
  let found = try discovered(by: "folder", in: paths)
  #expect(found.volumes.map { $0.name ?? $0.id } == ["b", "site1/a", "site2/a"])
  #expect(found.volumes.map(\.id) == ["b", "site1_x2F_a", "site2_x2F_a"])
  #expect(Set(found.volumes.map(\.patient)).count == 3)
}

@Test("images for training and for testing are not mixed up") func trainingAndTesting() throws {
  let paths = ["imagesTr/a.nii", "imagesTs/a.nii", "labelsTr/a.nii", "imagesTs/b.nii"]
  let found = try discovered(by: "folder", in: paths)
  #expect(found.volumes.map(\.image) == [["imagesTr/a.nii"]])
  #expect(found.problems.isEmpty)
  #expect(found.unused.map(\.path) == ["imagesTs/a.nii", "imagesTs/b.nii"])
  let masked = try discovered(by: "folder", in: paths + ["labelsTs/a.nii"])
  #expect(masked.volumes.map(\.image) == [["imagesTr/a.nii"], ["imagesTs/a.nii"]])
  #expect(masked.problems == ["imagesTs/b.nii has no mask of the name ts/b"])
}

@Test("of two files with one name none is taken, and the others are") func ambiguousNames() throws {
  let found = try discovered(
    by: "folder",
    in: [
      "images/a.nii", "images/a.nrrd", "masks/a.nii", "b.nii", "b_seg.nii", "b_mask.nii",
      "images/c.nii", "masks/c.nii",
    ])
  #expect(found.volumes.map(\.id) == ["c"])
  #expect(found.problems.count == 6)
  #expect(found.problems[0].contains("b.nii has several masks (b_mask.nii and b_seg.nii)"))
  #expect(found.problems.contains { $0.contains("images/a.nii has the same name as another") })
}

@Test("the first channel of an image is read, and the others are named") func channels() throws {
  let found = try discovered(
    by: "folder", in: ["images/k_0000.nii", "images/k_0001.nii", "masks/k.nii"])
  #expect(found.volumes.map(\.image) == [["images/k_0000.nii"]])
  #expect(found.unused.map(\.sentence) == ["images/k_0001.nii holds channel 1; channel 0 is read"])
  #expect(found.problems.isEmpty)
  let numbered = ["images/scan_0000.png", "images/scan_0001.png"]
  let masks = ["masks/scan_0000.png", "masks/scan_0001.png"]
  #expect(try pairs(numbered + masks).count == 2)
}

@Test("every file that is not taken is named with its reason") func everyFileIsNamed() throws {
  let found = try discovered(
    by: "folder",
    in: [
      "images/a.nii", "masks/a.nii", "LICENSE", "images/notes.txt", "masks/b.nii",
      "images/c.mgz", "images/d.raw", "dataset.json",
    ], descriptions: ["dataset.json": "{}"])
  #expect(
    found.unused.map { "\($0.sentence): \($0.isData)" } == [
      "LICENSE is no image: false", "dataset.json is a description: false",
      "images/c.mgz has the format .mgz, which is not read; convert it to NIfTI: true",
      "images/d.raw holds voxels, and no header beside it describes them: true",
      "images/notes.txt is no image: false", "masks/b.nii has no image of the name b: true",
    ])
}

@Test("DICOM files with masks of their own names are images of their own") func singleSlices()
  throws
{
  let slices = ["images/site/1.dcm", "images/site/2.dcm"]
  #expect(
    try pairs(slices + ["masks/site.nii"]) == [
      "images/site/1.dcm images/site/2.dcm + masks/site.nii"
    ])
  #expect(
    try pairs(slices + ["masks/site/1.png", "masks/site/2.png"]) == [
      "images/site/1.dcm + masks/site/1.png", "images/site/2.dcm + masks/site/2.png",
    ])
}
