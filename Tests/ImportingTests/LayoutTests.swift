import Errors
import Expectations
import Foundation
import Importing
import Jobs
import Testing

func discovered(
  by layout: String, in paths: [String], kinds: [String: FileKind] = [:],
  descriptions: [String: String] = [:],
  changing change: (inout ImportRequest) -> Void = { _ in }
) throws -> Discovery {
  var request = ImportRequest(layout: layout, name: "x")
  change(&request)
  let listing = FileListing(
    paths: paths.shuffled(), kinds: kinds, descriptions: descriptions.mapValues { Data($0.utf8) })
  return try ImportLayout.named(layout).volumes(in: listing, for: request)
}

private let firstRelease = (1...3).flatMap { number in
  ["exp", "insp"].flatMap { phase in
    ["scans", "lungMasks"].map { "training/\($0)/case_00\(number)_\(phase).nii.gz" }
  }
}

private let laterRelease =
  (1...2).flatMap { number in
    ["0000", "0001"].flatMap { phase in
      ["imagesTr", "masksTr"].map { "LungCT/\($0)/LungCT_000\(number)_\(phase).nii.gz" }
    }
  } + ["LungCT/imagesTs/LungCT_0021_0000.nii.gz", "LungCT/LungCT_dataset.json"]

@Test("the first release of Learn2Reg gives one scan of a phase for each patient")
func learn2RegFirstRelease() throws {
  let found = try discovered(
    by: "learn2reg", in: firstRelease + ["training/keypoints/case_001.csv"])
  #expect(found.problems.isEmpty)
  #expect(found.volumes.map(\.patient) == ["case_001", "case_002", "case_003"])
  #expect(found.volumes[1].image == ["training/scans/case_002_exp.nii.gz"])
  #expect(found.volumes[1].mask == ["training/lungMasks/case_002_exp.nii.gz"])
  let insp = try discovered(by: "learn2reg", in: firstRelease) { $0.phase = .inspiration }
  #expect(insp.volumes[2].image == ["training/scans/case_003_insp.nii.gz"])
}

@Test("the later release of Learn2Reg is read without its test images") func learn2RegLaterRelease()
  throws
{
  let found = try discovered(by: "learn2reg", in: laterRelease) { $0.phase = .inspiration }
  #expect(found.volumes.map(\.patient) == ["LungCT_0001", "LungCT_0002"])
  #expect(found.volumes[0].image == ["LungCT/imagesTr/LungCT_0001_0001.nii.gz"])
  #expect(found.volumes[0].mask == ["LungCT/masksTr/LungCT_0001_0001.nii.gz"])
}

@Test("a choice that a layout does not offer is refused") func inapplicableChoice() throws {
  for layout in ImportLayout.all {
    try layout.check([])
    try layout.check(layout.choices)
    for vain in Set(ImportRequest.Choice.allCases).subtracting(layout.choices) {
      let error = expectError(in: .importing) {
        try layout.check(layout.choices.union([vain]))
      }
      #expect(error?.code == .importRequestInvalid)
      #expect(error?.message.contains("--\(vain.rawValue) means nothing") == true)
      let others: [ImportRequest.Choice: String] = [
        .label: "lits", .imageName: "per-patient", .maskName: "per-patient",
      ]
      #expect(error?.message.contains(others[vain] ?? "learn2reg") == true)
    }
  }
}

@Test("a scan without its mask is reported and the others are found") func missingMask() throws {
  let paths = firstRelease.filter { $0 != "training/lungMasks/case_002_exp.nii.gz" }
  let found = try discovered(by: "learn2reg", in: paths)
  #expect(found.volumes.map(\.patient) == ["case_001", "case_003"])
  #expect(
    found.problems == [
      "training/scans/case_002_exp.nii.gz has no mask training/lungMasks/case_002_exp.nii.gz"
    ])
}

@Test("LiTS is found in its batches and in mirrors") func litsFolders() throws {
  let batches =
    [0, 27].flatMap {
      ["Training Batch 1/volume-\($0).nii", "Training Batch 1/segmentation-\($0).nii"]
    }
    + [28, 130].flatMap {
      ["Training Batch 2/volume-\($0).nii", "Training Batch 2/segmentation-\($0).nii"]
    }
  let mirror = [2, 10].flatMap {
    ["volume_pt1/volume-\($0).nii", "segmentations/segmentation-\($0).nii"]
  }
  let found = try discovered(by: "lits", in: batches)
  #expect(found.volumes.map(\.id) == ["volume-0", "volume-27", "volume-28", "volume-130"])
  #expect(found.volumes[3].mask == ["Training Batch 2/segmentation-130.nii"])
  #expect(try discovered(by: "lits", in: mirror).volumes.map(\.id) == ["volume-2", "volume-10"])
  let zipped = ["a/volume-7.nii.gz", "a/segmentation-7.nii.gz"]
  #expect(try discovered(by: "lits", in: zipped).volumes.count == 1)
}

@Test("a volume that exists twice is refused") func duplicateVolume() {
  let error = expectError(in: .importing) {
    try discovered(by: "lits", in: ["volume-1.nii", "x/volume-1.nii.gz", "segmentation-1.nii"])
  }
  #expect(error?.code == .importSourceInvalid)
  #expect(error?.message.contains("keep one of them") == true)
}

@Test("the Decathlon's dataset.json pairs images and masks, and without it their names do")
func decathlonDescription() throws {
  let json = """
    {"training": [{"image": "./imagesTr/b_1.nii.gz", "label": "./labelsTr/b_1.nii.gz"},
                  {"image": "./imagesTr/b_3.nii.gz", "label": "./labelsTr/b_3.nii.gz"}]}
    """
  let paths = ["imagesTr/b_1.nii.gz", "labelsTr/b_1.nii.gz", "imagesTr/b_2.nii.gz"]
  let found = try discovered(
    by: "decathlon", in: paths + ["dataset.json"], descriptions: ["dataset.json": json])
  #expect(found.volumes.map(\.id) == ["b_1"])
  #expect(
    found.problems == [
      "dataset.json lists imagesTr/b_3.nii.gz, which does not exist",
      "imagesTr/b_2.nii.gz is not among the pairs that dataset.json lists",
    ])
  let byName = try discovered(
    by: "decathlon", in: ["imagesTr/k_0000.nii.gz", "imagesTr/k_0001.nii.gz", "labelsTr/k.nii.gz"])
  #expect(byName.volumes.map(\.image) == [["imagesTr/k_0000.nii.gz"]])
  let error = expectError(in: .importing) {
    try discovered(by: "decathlon", in: paths, descriptions: ["dataset.json": #"{"training": 3}"#])
  }
  #expect(error?.message.contains("training") == true)
}

@Test("pairs are matched by name whatever their format") func pairsByName() throws {
  let found = try discovered(
    by: "folder",
    in: [
      "images/p1.nii.gz", "masks/p1.nrrd", "images/p2/IM0001", "images/p2/IM0002",
      "masks/p2_seg.dcm", "images/p10.png", "masks/p10.png", "images/lonely.nii", "readme.txt",
    ], kinds: ["images/p2/IM0001": .slice, "images/p2/IM0002": .slice])
  #expect(found.volumes.map(\.id) == ["p1", "p2", "p10"])
  #expect(found.volumes[1].image == ["images/p2/IM0001", "images/p2/IM0002"])
  #expect(found.volumes[1].mask == ["masks/p2_seg.dcm"])
  #expect(found.problems == ["images/lonely.nii has no mask of the name lonely"])
  let beside = try discovered(
    by: "folder",
    in: [
      "a.nii.gz", "a_mask.nii.gz", "b-ct.nrrd", "b-msk.nrrd", "c/1.dcm", "c/2.dcm", "c.seg.nrrd",
    ])
  #expect(beside.volumes.map(\.id) == ["a", "b", "c"])
  #expect(beside.volumes[2].image == ["c/1.dcm", "c/2.dcm"])
}

@Test("a pattern finds the patients in the names") func patientPattern() throws {
  let paths = ["P1_a", "P1_b", "P2_a"].flatMap { ["images/\($0).png", "masks/\($0).png"] }
  let found = try discovered(by: "folder", in: paths) { $0.patientPattern = "^(P[0-9]+)_" }
  #expect(found.volumes.map(\.patient) == ["P1", "P1", "P2"])
  for pattern in ["^(", "nothing", "(Q)"] {
    let error = expectError(in: .importing) {
      try discovered(by: "folder", in: paths) { $0.patientPattern = pattern }
    }
    #expect(error?.code == .importRequestInvalid)
  }
}

@Test("the error about another layout says what is expected") func unknownLayout() {
  for layout in ImportLayout.all {
    let error = expectError(in: .importing) { try discovered(by: layout.name, in: ["x/y.txt"]) }
    #expect(error?.code == .importSourceInvalid)
    #expect(error?.message.contains(layout.summary) == true)
  }
  let error = expectError(in: .importing) { try ImportLayout.named("lungs") }
  #expect(
    error?.message.contains("learn2reg, lits, decathlon, nnunet, per-patient, folder") == true)
}

@Test("natural order compares numbers in names by their value") func naturalOrder() {
  let names = ["v-10", "v-9", "v-1", "v-1a", "a", "v-01", "v-123456789012345678901234567890"]
  #expect(
    names.naturallySorted { $0 } == [
      "a", "v-01", "v-1", "v-1a", "v-9", "v-10", "v-123456789012345678901234567890",
    ])
}

@Test("a random order depends on the seed alone and loses nothing") func randomOrder() throws {
  let paths = (0..<40).flatMap { ["volume-\($0).nii", "segmentation-\($0).nii"] }
  func order(_ seed: UInt64) throws -> [String] {
    try discovered(by: "lits", in: paths) {
      $0.order = .random
      $0.seed = seed
    }.volumes.map(\.id)
  }
  #expect(try order(1) == order(1))
  #expect(try order(1) != order(2))
  #expect(try Set(order(3)) == Set((0..<40).map { "volume-\($0)" }))
}

@Test("a folder with a cyclic link is listed once") func cyclicLink() throws {
  let scratch = try Scratch()
  for path in ["in/b/1.nii", "in/b/.hidden", "in/a.nii", "in/dataset.json"] {
    try scratch.write(Data("x".utf8), to: path)
  }
  let folder = scratch.folder.appending(path: "in")
  try FileManager.default.createSymbolicLink(
    at: folder.appending(path: "b/round"), withDestinationURL: folder)
  let listing = try FileListing(of: folder)
  #expect(listing.paths == ["a.nii", "b/1.nii", "dataset.json"])
  #expect(listing.descriptions == ["dataset.json": Data("x".utf8)])
}
