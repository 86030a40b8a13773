import Errors
import Expectations
import Importing
import Jobs
import Testing

private func patients(
  _ paths: [String], image: String? = nil, mask: String? = nil
) throws -> Discovery {
  try discovered(by: "per-patient", in: paths) {
    $0.imageName = image
    $0.maskName = mask
  }
}

/// The files of BraTS 2021 for two patients.
private let brats = ["BraTS2021_00000", "BraTS2021_00002"].flatMap { patient in
  ["flair", "t1", "t1ce", "t2", "seg"].map { "\(patient)/\(patient)_\($0).nii.gz" }
}

@Test("KiTS is found, also with annotations in folders below") func kits() throws {
  let paths = ["case_00000", "case_00001"].flatMap {
    [
      "data/\($0)/imaging.nii.gz", "data/\($0)/segmentation.nii.gz",
      "data/\($0)/instances/kidney_instance-1_annotation-1.nii.gz",
    ]
  }
  let found = try patients(paths + ["data/kits.json", "LICENSE"])
  #expect(found.volumes.map(\.id) == ["case_00000", "case_00001"])
  #expect(found.volumes[0].image == ["data/case_00000/imaging.nii.gz"])
  #expect(found.volumes[0].mask == ["data/case_00000/segmentation.nii.gz"])
  #expect(found.problems.isEmpty)
  #expect(found.remarks.count == 1 && found.remarks[0].contains("segmentation is taken"))
  #expect(found.unused.count == 4)
}

@Test("of the modalities of BraTS the FLAIR image is taken, or the one that is named")
func modalities() throws {
  let found = try patients(brats)
  #expect(found.volumes.map(\.id) == ["BraTS2021_00000", "BraTS2021_00002"])
  #expect(found.volumes[0].image == ["BraTS2021_00000/BraTS2021_00000_flair.nii.gz"])
  #expect(found.volumes[0].mask == ["BraTS2021_00000/BraTS2021_00000_seg.nii.gz"])
  #expect(
    found.remarks == [
      "of the images flair, t1, t1ce, t2, flair is taken; --image-name takes another (2 patients)"
    ])
  #expect(found.problems.isEmpty)
  let t1ce = try patients(brats, image: "{patient}_t1ce")
  #expect(t1ce.volumes[1].image == ["BraTS2021_00002/BraTS2021_00002_t1ce.nii.gz"])
  #expect(t1ce.unused.count == 6 && t1ce.problems.isEmpty && t1ce.remarks.isEmpty)
}

@Test("visits of one patient in BraTS 2023 are of one patient") func visits() throws {
  let names = ["BraTS-GLI-00020-000", "BraTS-GLI-00020-001", "BraTS-GLI-00021-000"]
  let found = try patients(
    names.flatMap { name in
      ["t1c", "t1n", "t2f", "t2w", "seg"].map { "\(name)/\(name)-\($0).nii.gz" }
    })
  #expect(found.volumes.map(\.id) == names)
  #expect(found.volumes[0].image == ["\(names[0])/\(names[0])-t2f.nii.gz"])
  #expect(
    found.volumes.map(\.patient) == ["BraTS-GLI-00020", "BraTS-GLI-00020", "BraTS-GLI-00021"])
  let dated = try patients(
    ["A/2003-05-12", "A/2004-01-01", "B/2003-05-12"].flatMap {
      ["\($0)/CT.nii.gz", "\($0)/SEG.nii.gz"]
    })
  #expect(dated.volumes.map(\.patient) == ["A", "A", "B"])
  #expect(Set(dated.volumes.map(\.id)).count == 3)
}

@Test("of TotalSegmentator's many masks one must be chosen") func manyMasks() throws {
  let organs = ["aorta", "liver", "spleen"]
  let paths = ["s0001", "s0002"].flatMap { patient in
    ["\(patient)/ct.nii.gz"] + organs.map { "\(patient)/segmentations/\($0).nii.gz" }
  }
  let error = expectError(in: .importing) { try patients(paths) }
  #expect(
    error?.message.contains("s0001 has 3 masks (aorta, liver, spleen); choose one by --mask-name")
      == true)
  for pattern in ["liver", "LIVER.nii.gz", "segmentations/liver", "segmentations/l*r.nii.gz"] {
    let found = try patients(paths + ["meta.csv"], mask: pattern)
    #expect(found.volumes.map(\.id) == ["s0001", "s0002"])
    #expect(found.volumes[1].mask == ["s0002/segmentations/liver.nii.gz"])
    #expect(found.volumes[1].image == ["s0002/ct.nii.gz"])
    #expect(found.unused.count == 5 && found.problems.isEmpty)
  }
}

@Test("every frame of ACDC with a mask is a volume of its patient") func frames() throws {
  let paths = ["patient001", "patient002"].flatMap { patient in
    ["4d", "frame01", "frame01_gt", "frame12", "frame12_gt"].map {
      "training/\(patient)/\(patient)_\($0).nii.gz"
    } + ["training/\(patient)/Info.cfg"]
  }
  for (image, mask) in [(nil, nil), ("{patient}_frame*", "{patient}_frame*_gt")] {
    let found = try patients(paths, image: image, mask: mask)
    #expect(
      found.volumes.map(\.id) == [
        "patient001_frame01", "patient001_frame12", "patient002_frame01", "patient002_frame12",
      ])
    #expect(found.volumes[1].mask == ["training/patient001/patient001_frame12_gt.nii.gz"])
    #expect(Set(found.volumes.map(\.patient)) == ["patient001", "patient002"])
    #expect(found.unused.count == 4 && found.problems.isEmpty)
  }
}

@Test("pairs in one folder, as those of PROMISE12, are patients of their own") func flatFolder()
  throws
{
  let found = try discovered(
    by: "per-patient",
    in: ["Case00", "Case01"].flatMap { ["\($0).mhd", "\($0)_segmentation.mhd"] } + ["Case02.mhd"])
  #expect(found.volumes.map(\.id) == ["Case00", "Case01"])
  #expect(found.volumes.map(\.patient) == ["Case00", "Case01"])
  #expect(found.problems == ["Case02.mhd has no mask of its name"])
}

@Test("a series of DICOM files is an image of the patient in whose folder it lies")
func patientSeries() throws {
  let found = try discovered(
    by: "per-patient",
    in: [
      "p1/CT/1", "p1/CT/2", "p1/SEG/1", "p2/1.ima", "p2/2.ima", "p2/mask.nii", "p3/image/1.dcm",
      "p3/image/2.dcm", "p3/mask/1.dcm", "p3/mask/2.dcm",
    ], kinds: ["p1/CT/1": .slice, "p1/CT/2": .slice, "p1/SEG/1": .segmentation])
  #expect(found.volumes.map(\.id) == ["p1", "p2", "p3"])
  #expect(found.volumes.map(\.image.count) == [2, 2, 2])
  #expect(found.volumes.map(\.mask.count) == [1, 1, 2])
  #expect(found.unused.isEmpty)
}

@Test("patients whose image or mask cannot be told are named, and the others are taken")
func incompletePatients() throws {
  let found = try patients([
    "a/ct.nii", "a/seg.nii", "b/ct.nii", "c/seg.nii", "d/ct.nii", "d/pet.nii", "d/seg.nii",
  ])
  #expect(found.volumes.map(\.id) == ["a"])
  #expect(
    found.problems == [
      "b has no mask", "c has no image",
      "d has 2 images (ct, pet); choose one by --image-name",
    ])
  let chosen = try patients(["d/ct.nii", "d/pet.nii", "d/seg.nii"], image: "pet")
  #expect(chosen.volumes.map(\.image) == [["d/pet.nii"]])
}
