import Errors
import Expectations
import Experiments
import Foundation
import Imaging
import Importing
import Jobs
import TestSupport
import TestTraits
import Testing

private struct WrittenDataset {
  let folder: URL
  let descriptor: DatasetDescriptor

  init(_ folder: URL) throws {
    self.folder = folder
    descriptor = try DatasetDescriptor(
      json: Data(contentsOf: folder.appending(path: "dataset.json")), file: "dataset.json")
  }

  var ids: [String] { descriptor.cases.map(\.id) }
  var splits: [DatasetDescriptor.Split] { descriptor.cases.map(\.split) }

  func image(_ index: Int) throws -> Image {
    try Image(contentsOf: folder.appending(path: descriptor.cases[index].image))
  }

  func groundTruth(_ index: Int) throws -> Mask {
    try Mask(contentsOf: folder.appending(path: descriptor.cases[index].truth))
  }

  func markers(_ index: Int) throws -> MarkerSet {
    try MarkerSet(contentsOf: folder.appending(path: descriptor.cases[index].markers))
  }
}

private func drawn(_ disc: Disc, slice: Int, width: Int, height: Int) -> [Bool] {
  (0..<height).flatMap { y in (0..<width).map { disc.contains(x: $0, y: y, slice: slice) } }
}

private func request(
  _ layout: String, changing change: (inout ImportRequest) -> Void = { _ in }
) -> ImportRequest {
  var request = ImportRequest(layout: layout, name: "set")
  request.train = 1
  request.minimumArea = 20
  change(&request)
  return request
}

private func lungs(axes: String, scan: LungScan, in scratch: Scratch, real: Bool = false) throws {
  for number in 1...3 {
    let name = "case_00\(number)_exp.nii.gz"
    var scan = scan
    scan.number = number
    try scratch.write(scan.image().nifti(axes: axes), to: "in/training/scans/\(name)")
    try scratch.write(
      scan.mask().nifti(axes: axes, isReal: real), to: "in/training/lungMasks/\(name)")
  }
}

private func imported(_ request: ImportRequest, in scratch: Scratch) throws -> (
  ImportRun, WrittenDataset
) {
  let out = scratch.folder.appending(path: "out", directoryHint: .isDirectory)
  let run = try ImportRun(request, from: scratch.folder.appending(path: "in"), to: out)
  return (run, try WrittenDataset(out))
}

@Test("the left lung is found whatever the raw axes are", arguments: ["RAS", "LPS", "LAI", "RPI"])
func leftLung(axes: String) throws {
  let scratch = try Scratch()
  try lungs(axes: axes, scan: LungScan(), in: scratch)
  let (run, set) = try imported(request("learn2reg"), in: scratch)
  #expect(run.counts == [1, 2, 0, 0])
  #expect(set.ids == ["case_001_z003", "case_002_z003", "case_003_z003"])
  #expect(set.splits == [.train, .test, .test])
  #expect(set.descriptor.window == .range(low: -1000, high: 400))
  #expect(try set.groundTruth(0).pixels == drawn(LungScan.left, slice: 3, width: 48, height: 40))
  let image = try set.image(0)
  #expect(image.spacing == Spacing(x: 1.75, y: 1.25))
  #expect(image[34, 20] == -849 && image[0, 0] == -1000 && image[23, 5] == 42)
}

@Test("the right lung and both lungs can be imported") func otherLung() throws {
  for (side, slice) in [(ImportRequest.Side.right, 2), (.both, 3)] {
    let scratch = try Scratch()
    try lungs(axes: "RAS", scan: LungScan(), in: scratch)
    let (_, set) = try imported(request("learn2reg") { $0.side = side }, in: scratch)
    var expected = drawn(LungScan.right, slice: slice, width: 48, height: 40)
    if side == .both {
      let left = drawn(LungScan.left, slice: slice, width: 48, height: 40)
      expected = zip(expected, left).map { $0 || $1 }
      expected[1 * 48 + 46] = true  // the speck
    }
    #expect(set.ids[0] == "case_001_z00\(slice)")
    #expect(try set.groundTruth(0).pixels == expected)
  }
}

@Test(
  "lungs with labels of their own are told apart by their position", arguments: [(1, 2), (2, 1)])
func labelledLungs(labels: (Int, Int))
  throws
{
  let scratch = try Scratch()
  var scan = LungScan()
  scan.leftLabel = Float(labels.0)
  scan.rightLabel = Float(labels.1)
  try lungs(axes: "LPS", scan: scan, in: scratch)
  let (_, set) = try imported(request("learn2reg"), in: scratch)
  let groundTruth = try set.groundTruth(0)
  let expected = drawn(LungScan.left, slice: 3, width: 48, height: 40)
  // The speck has label 1, which may be that of either lung.
  let differing = zip(groundTruth.pixels, expected).enumerated().filter { $1.0 != $1.1 }.map(
    \.offset)
  #expect(differing == (labels.0 == 1 ? [46 + 48] : []))
}

@Test("lungs that touch in one slice are told apart in the others") func touchingLungs() throws {
  let scratch = try Scratch()
  for number in 1...2 {
    let scan = LungScan(number: number)
    var mask = scan.mask()
    let apart = mask.value
    mask.value = { x, y, z in z == 3 && y == 20 && (10..<36).contains(x) ? 1 : apart(x, y, z) }
    try scratch.write(scan.image().nifti(), to: "in/imagesTr/LungCT_000\(number)_0000.nii.gz")
    try scratch.write(mask.nifti(), to: "in/masksTr/LungCT_000\(number)_0000.nii.gz")
  }
  let (_, set) = try imported(request("learn2reg"), in: scratch)
  #expect(set.ids == ["LungCT_0001_z002", "LungCT_0002_z002"])
  #expect(try set.groundTruth(0).pixels == drawn(LungScan.left, slice: 2, width: 48, height: 40))
}

@Test("shifted intensities become Hounsfield units") func shiftedIntensities() throws {
  let plain = try Scratch()
  let shifted = try Scratch()
  try lungs(axes: "RAS", scan: LungScan(), in: plain)
  try lungs(axes: "RAS", scan: LungScan(shift: 1024), in: shifted)
  let one = try imported(request("learn2reg"), in: plain).1
  let other = try imported(request("learn2reg"), in: shifted).1
  #expect(try one.image(0) == other.image(0))
}

@Test("masks that overshoot are thresholded at half of their usual value") func overshootingMasks()
  throws
{
  let scratch = try Scratch()
  var scan = LungScan()
  scan.leftLabel = 1
  scan.rightLabel = 1
  for number in 1...2 {
    scan.number = number
    var mask = scan.mask()
    let binary = mask.value
    // Values are 255 inside with an overshoot of a third, and 0 to -80 outside.
    mask.value = { x, y, z in binary(x, y, z) == 0 ? -Float(x % 9) * 9.7 : x % 7 == 0 ? 340.3 : 255
    }
    try scratch.write(scan.image().nifti(), to: "in/training/scans/case_00\(number)_exp.nii.gz")
    try scratch.write(
      mask.nifti(isReal: true), to: "in/training/lungMasks/case_00\(number)_exp.nii.gz")
  }
  let (_, set) = try imported(request("learn2reg"), in: scratch)
  #expect(try set.groundTruth(0).pixels == drawn(LungScan.left, slice: 3, width: 48, height: 40))
}

private func livers(_ count: Int, in scratch: Scratch) throws {
  for number in 0..<count {
    let scan = LiverScan(hasLesions: number != 1, number: number)
    try scratch.write(
      scan.image().nifti(axes: "LPS"), to: "in/Training Batch 1/volume-\(number).nii")
    try scratch.write(
      scan.mask().nifti(axes: "LPS"), to: "in/Training Batch 1/segmentation-\(number).nii")
  }
}

@Test("the object is the largest lesion, or all lesions if requested") func target() throws {
  let scratch = try Scratch()
  try livers(4, in: scratch)
  let (run, set) = try imported(request("lits"), in: scratch)
  #expect(run.counts == [1, 2, 1, 0])
  #expect(run.results["volume-1"] == .empty)
  #expect(set.ids == ["volume-0_z002", "volume-2_z002", "volume-3_z002"])
  #expect(set.descriptor.window == .range(low: -75, high: 175))
  let large = drawn(LiverScan.large, slice: 2, width: 64, height: 48)
  #expect(try set.groundTruth(0).pixels == large)
  let whole = try Scratch()
  try livers(4, in: whole)
  // Both lesions together are largest in slice 3, with 81 pixels each.
  let all = try imported(request("lits") { $0.target = .all }, in: whole).1
  #expect(all.ids[0] == "volume-0_z003")
  let one = drawn(LiverScan.large, slice: 3, width: 64, height: 48)
  let other = drawn(LiverScan.small, slice: 3, width: 64, height: 48)
  #expect(try all.groundTruth(0).pixels == zip(one, other).map { $0 || $1 })
}

@Test("every slice with a large enough object is taken of a test volume") func allSlices() throws {
  let scratch = try Scratch()
  try livers(4, in: scratch)
  let (_, set) = try imported(request("lits") { $0.slice = .all }, in: scratch)
  let slices = [1, 2, 3, 4].map { "z00\($0)" }
  #expect(
    set.ids == ["volume-0_z002"] + slices.map { "volume-2_\($0)" }
      + slices.map { "volume-3_\($0)" })
  #expect(set.splits == [.train] + Array(repeating: .test, count: 8))
}

@Test("the number of patients counts only those that gave a slice") func numberOfPatients() throws {
  let scratch = try Scratch()
  try livers(5, in: scratch)
  let (run, set) = try imported(request("lits") { $0.patients = 2 }, in: scratch)
  #expect(set.ids == ["volume-0_z002", "volume-2_z002"])
  #expect(run.outcome.empty == 1)
  #expect(run.results["volume-3"] == .left && run.results["volume-4"] == .left)
}

@Test("markers lie inside the object and depend on the seed") func markers() throws {
  func markers(_ seed: UInt64) throws -> [MarkerSet] {
    let scratch = try Scratch()
    try livers(3, in: scratch)
    let (_, set) = try imported(request("lits") { $0.seed = seed }, in: scratch)
    for index in set.ids.indices {
      let groundTruth = try set.groundTruth(index)
      let markers = try set.markers(index)
      try markers.validate(width: groundTruth.width, height: groundTruth.height, name: "m")
      let markerMask = Mask(
        polygon: markers, width: groundTruth.width, height: groundTruth.height)
      #expect(markerMask.area > 0)
      #expect(zip(markerMask.pixels, groundTruth.pixels).allSatisfy { !$0 || $1 })
    }
    return try set.ids.indices.map(set.markers)
  }
  let first = try markers(1)
  #expect(try markers(1) == first)
  #expect(try markers(2) != first)
  #expect(first[0] != first[1])
}

@Test("a damaged volume is skipped, and imported once it is repaired") func damagedVolume() throws {
  let scratch = try Scratch()
  try livers(5, in: scratch)
  let whole = try scratch.bytes("in/Training Batch 1/volume-3.nii")
  try scratch.write(whole.prefix(5000), to: "in/Training Batch 1/volume-3.nii")
  try scratch.write(whole, to: "in/Training Batch 1/volume-9.nii")
  let (first, set) = try imported(request("lits"), in: scratch)
  #expect(first.counts == [1, 2, 1, 2])
  guard case .skipped(let reason) = first.results["volume-3"] else {
    Issue.record("volume-3: \(String(describing: first.results["volume-3"]))")
    return
  }
  #expect(reason.contains("volume-3.nii") && reason.contains("truncated"))
  #expect(set.ids == ["volume-0_z002", "volume-2_z002", "volume-4_z002"])
  // Once the volume is repaired, the same import takes it and keeps the others.
  try scratch.write(whole, to: "in/Training Batch 1/volume-3.nii")
  let (second, mended) = try imported(request("lits"), in: scratch)
  #expect(second.results["volume-0"] == .kept(slices: 1))
  #expect(second.results["volume-3"] == .imported(slices: 1))
  #expect(mended.ids == (0...4).filter { $0 != 1 }.map { "volume-\($0)_z002" })
}

@Test("a mutated volume never ends the import") func mutatedVolume() throws {
  let scratch = try Scratch()
  try livers(3, in: scratch)
  let names = ["volume-0", "segmentation-0"]
  let whole = try names.map { try scratch.bytes("in/Training Batch 1/\($0).nii") }
  var generator = SeededGenerator(seed: 91)
  for count in 0..<60 {
    let index = count % 2
    let mutant = generator.mutated(whole[index], head: 352)
    try scratch.write(mutant, to: "in/Training Batch 1/\(names[index]).nii")
    let out = scratch.folder.appending(path: "out-\(count)", directoryHint: .isDirectory)
    let run = try ImportRun(
      request("lits") { $0.train = 0 }, from: scratch.folder.appending(path: "in"), to: out)
    #expect(run.outcome.test >= 1)
    #expect(run.results["volume-2"] == .imported(slices: 1))
    try scratch.write(whole[index], to: "in/Training Batch 1/\(names[index]).nii")
  }
}

@Test("an interrupted import resumes and gives the same data set") func interrupted() throws {
  let scratch = try Scratch()
  try livers(4, in: scratch)
  let set = try imported(request("lits"), in: scratch).1
  let whole = try scratch.bytes("out/dataset.json")
  // The state is that of an import that was killed before the last volume's record, with one file
  // lost.
  for path in ["dataset.json", "volumes/volume-3.json", set.descriptor.cases[1].truth] {
    try FileManager.default.removeItem(at: scratch.folder.appending(path: "out/\(path)"))
  }
  let (again, _) = try imported(request("lits"), in: scratch)
  #expect(again.results["volume-0"] == .kept(slices: 1))
  #expect(again.results["volume-2"] == .imported(slices: 1))
  #expect(again.results["volume-3"] == .imported(slices: 1))
  #expect(try scratch.bytes("out/dataset.json") == whole)
}

@Test("a volume whose file has changed is imported again") func changedSource() throws {
  let scratch = try Scratch()
  try livers(3, in: scratch)
  _ = try imported(request("lits"), in: scratch)
  var image = LiverScan().image()
  image.value = { x, _, _ in Float(x) }
  try scratch.write(image.nifti(axes: "LPS"), to: "in/Training Batch 1/volume-0.nii")
  let (again, set) = try imported(request("lits"), in: scratch)
  #expect(again.results["volume-0"] == .imported(slices: 1))
  #expect(again.results["volume-2"] == .kept(slices: 1))
  #expect(try set.image(0)[5, 5] == 5)
}

@Test("a destination with other files is refused and left alone") func foreignDestination() throws {
  let scratch = try Scratch()
  try livers(3, in: scratch)
  _ = try imported(request("lits"), in: scratch)
  let before = try scratch.bytes("out/dataset.json")
  let other = expectError(in: .importing) {
    try imported(request("lits") { $0.seed = 7 }, in: scratch)
  }
  #expect(other?.code == .importDestinationUnusable)
  #expect(try scratch.bytes("out/dataset.json") == before)
  let strange = try Scratch()
  try livers(3, in: strange)
  try strange.write(Data("mine".utf8), to: "out/notes.txt")
  let error = expectError(in: .importing) { try imported(request("lits"), in: strange) }
  #expect(error?.message.contains("is not empty") == true)
  #expect(
    try FileManager.default.contentsOfDirectory(
      atPath: strange.folder.appending(path: "out").path) == ["notes.txt"])
}

@Test("an import without a test case fails and writes no dataset.json") func noTestCase() throws {
  let scratch = try Scratch()
  try livers(3, in: scratch)
  let error = expectError(in: .importing) {
    try imported(request("lits") { $0.minimumArea = 5000 }, in: scratch)
  }
  #expect(error?.message.contains("2 volumes without") == false)
  #expect(error?.message.contains("3 volumes without") == true)
  let file = scratch.folder.appending(path: "out/dataset.json").path
  #expect(!FileManager.default.fileExists(atPath: file))
}

@Test("no patient is in both training and testing") func patientSplit() throws {
  let scratch = try Scratch()
  for (number, name) in ["P1_a", "P2_a", "P1_b", "P2_b", "P3_a"].enumerated() {
    let scan = LiverScan(number: number)
    try scratch.write(scan.image().nifti(), to: "in/\(name).nii")
    try scratch.write(scan.mask().nifti(), to: "in/\(name)_mask.nii")
  }
  let (_, set) = try imported(
    request("folder") {
      $0.patientPattern = "^(P[0-9])"
      $0.label = .number(2)
    }, in: scratch)
  #expect(set.descriptor.cases.map(\.patient) == ["P1", "P1", "P2", "P2", "P3"])
  #expect(set.splits == [.train, .train, .test, .test, .test])
}

@Test("the same image for training and for testing is refused by both names") func sameImage()
  throws
{
  let scratch = try Scratch()
  for (name, number) in [("a", 1), ("b", 2), ("c", 1), ("d", 2)] {
    let scan = LiverScan(number: number)
    try scratch.write(scan.image().nifti(), to: "in/\(name).nii")
    try scratch.write(scan.mask().nifti(), to: "in/\(name)_mask.nii")
  }
  let (run, set) = try imported(request("folder") { $0.label = .number(2) }, in: scratch)
  #expect(set.ids == ["a_z003", "b_z003", "d_z003"])
  #expect(run.counts == [1, 2, 0, 1])
  guard case .skipped(let reason) = run.results["c"] else {
    Issue.record("c: \(String(describing: run.results["c"]))")
    return
  }
  #expect(reason.contains("c.nii holds the same bytes as a.nii, which is for training"))
  #expect(run.remarks == ["d.nii holds the same bytes as b.nii: the same image has two names"])
  // An import that resumes comes to the same end.
  let (again, _) = try imported(request("folder") { $0.label = .number(2) }, in: scratch)
  #expect(again.counts == run.counts)
}

@Test("the same image in another file for training and for testing is refused") func sameValues()
  throws
{
  let scratch = try Scratch()
  for (name, isReal) in [("a", false), ("b", true), ("c", false)] {
    let scan = LiverScan(number: name == "c" ? 3 : 1)
    try scratch.write(scan.image().nifti(isReal: isReal), to: "in/\(name).nii")
    try scratch.write(scan.mask().nifti(), to: "in/\(name)_mask.nii")
  }
  let (run, set) = try imported(
    request("folder") {
      $0.label = .number(2)
      $0.slice = .middle
    }, in: scratch)
  #expect(set.descriptor.cases.map(\.patient) == ["a", "c"])
  guard case .skipped(let reason) = run.results["b"] else {
    Issue.record("b: \(String(describing: run.results["b"]))")
    return
  }
  #expect(reason.contains("of b.nii holds the same values as slice") && reason.contains("a.nii"))
}

@Test("files that give no case are listed beside the data set") func unusedFiles() throws {
  let scratch = try Scratch()
  try livers(3, in: scratch)
  try scratch.write(Data("MIT".utf8), to: "in/LICENSE")
  try scratch.write(Data("x".utf8), to: "in/other.nii")
  let (run, _) = try imported(request("lits"), in: scratch)
  #expect(run.counts == [1, 1, 1, 1])
  #expect(
    String(decoding: try scratch.bytes("out/unused.txt"), as: UTF8.self)
      == "LICENSE is no image\nother.nii is no image and no mask of the layout lits\n")
}

@Test("a restored mask lies in its slice of the volume") func restoredMask() throws {
  let scratch = try Scratch()
  try lungs(axes: "RAS", scan: LungScan(), in: scratch)
  let (_, set) = try imported(request("learn2reg"), in: scratch)
  let out = scratch.folder.appending(path: "out", directoryHint: .isDirectory)
  let dataset = try ImportedDataset(in: out)
  let bytes = try dataset.restored(["case_002_z003": set.groundTruth(1)])
  let volume = try Volume(decodingNIfTI: bytes, name: "restored")
  for index in 0..<6 {
    let expected =
      index == 3 ? try set.groundTruth(1).pixels : [Bool](repeating: false, count: 48 * 40)
    #expect(volume.slice(index).pixels.map { $0 == 1 } == expected)
  }
  let source = try Volume(
    decodingNIfTI: scratch.bytes("in/training/scans/case_002_exp.nii.gz"), name: "source")
  #expect(volume.grid == source.grid)
  let error = expectError(in: .importing) {
    try dataset.restored(["case_009": set.groundTruth(1)])
  }
  #expect(error?.message.contains("has no case case_009") == true)
}

@Test("a destination inside the source is refused") func destinationInSource() throws {
  let scratch = try Scratch()
  try lungs(axes: "RAS", scan: LungScan(), in: scratch)
  let source = scratch.folder.appending(path: "in", directoryHint: .isDirectory)
  let error = expectError(in: .importing) {
    try DatasetImport(
      request("learn2reg"), from: source,
      to: source.appending(path: "set", directoryHint: .isDirectory))
  }
  #expect(error?.message.contains("lies in the source") == true)
}

@Test("several slices are restored into one volume, and only into the one that was imported")
func restoredSlices() throws {
  let scratch = try Scratch()
  try lungs(axes: "PIR", scan: LungScan(), in: scratch)
  var all = request("learn2reg")
  all.slice = .all
  all.train = 0
  let (_, set) = try imported(all, in: scratch)
  let out = scratch.folder.appending(path: "out", directoryHint: .isDirectory)
  let dataset = try ImportedDataset(in: out)
  let ids = try dataset.cases(ofVolume: "case_002")
  #expect(ids.count > 2)
  let masks = try ids.reduce(into: [String: Mask]()) { masks, id in
    let index = try #require(set.ids.firstIndex(of: id))
    masks[id] = try set.groundTruth(index)
  }
  let volume = try Volume(decodingNIfTI: dataset.restored(masks), name: "restored").cut(.axial)
  for (id, mask) in masks {
    let slice = try #require(Int(id.suffix(3)))
    #expect(volume.slice(slice).pixels.map { $0 == 1 } == mask.pixels, "\(id)")
  }
  let mixed = expectError(in: .importing) {
    try dataset.restored([ids[0]: set.groundTruth(0), set.ids[0]: set.groundTruth(0)])
  }
  #expect(mixed?.message.contains("not those of one volume") == true)
  let scan = "in/training/scans/case_002_exp.nii.gz"
  try scratch.write(scratch.bytes(scan) + Data([0]), to: scan)
  let changed = expectError(in: .importing) { try dataset.restored(masks) }
  #expect(changed?.message.contains("is not the file from which case_002 was imported") == true)
}

@Test("real volumes of every format are imported", .requiresSharedImages) func realVolumes() throws
{
  let native = try #require(SharedImages.folder).appending(path: "native")
  let scratch = try Scratch()
  let files = [
    "dicom/01.dcm": "images/liver/1.dcm", "dicom/02.dcm": "images/liver/2.dcm",
    "dicom/03.dcm": "images/liver/3.dcm", "dicom/liver.dcm": "masks/liver.dcm",
    "nrrd/ct-64.nrrd": "images/lungs.nrrd", "nrrd/wholeLung-64.nrrd": "masks/lungs.nrrd",
    "axes-LAS/id001-128x128x64.nii.gz": "images/las.nii.gz",
    "axes-LAS/id001-128x128x64-msk.nii.gz": "masks/las_msk.nii.gz",
    "volume/CT_image.nii.gz": "images/sarcoma.nii.gz",
    "volume/CT_mask.nii.gz": "masks/sarcoma.nii.gz",
  ]
  for (from, to) in files {
    try scratch.write(Data(contentsOf: native.appending(path: from)), to: "in/\(to)")
  }
  let (run, set) = try imported(request("folder"), in: scratch)
  #expect(run.counts == [1, 3, 0, 0])
  let tissue: [String: ClosedRange<Double>] = [
    "las": -960 ... -700, "lungs": -960 ... -700, "liver": 20...160, "sarcoma": 0...80,
  ]
  for (index, one) in set.descriptor.cases.enumerated() {
    let image = try set.image(index)
    let groundTruth = try set.groundTruth(index)
    let inside = zip(image.pixels, groundTruth.pixels).filter(\.1).map { Double($0.0) }.sorted()
    let volume = String(one.id.prefix { $0 != "_" })
    let range = try #require(tissue[volume])
    #expect(range.contains(inside[inside.count / 2]), "\(one.id): \(inside[inside.count / 2])")
  }
}
