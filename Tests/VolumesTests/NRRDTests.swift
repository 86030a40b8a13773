import Errors
import Expectations
import Foundation
import Imaging
import TestSupport
import Testing
import Volumes

/// The numbers 1, 2, 3 and so on, as bytes.
private func counted(_ count: Int) -> Data { Data((1...count).map { UInt8($0) }) }

/// A file of bytes with these fields.
private func nrrd(_ fields: String..., numbers: Data) -> Data {
  let header = ["NRRD0005", "type: uint8", "encoding: raw"] + fields
  return Data(header.joined(separator: "\n").utf8) + Data("\n\n".utf8) + numbers
}

private func read(_ bytes: Data) throws -> VolumeFile {
  try VolumeFile(decoding: bytes, name: "it")
}

private func refusal(_ bytes: Data) -> String {
  expectError(in: .imaging) { _ = try read(bytes) }?.message ?? ""
}

private let vectors = "space directions: (0.8,0,0) (0,0.7,0) (0,0,3)"

@Test(
  "a file whose space is not the patient's keeps its spacing, and the rest is unknown",
  arguments: ["space: 3D-right-handed", "space: scanner-xyz", "space dimension: 3"])
func spaceOfNoPatient(space: String) throws {
  let file = try read(
    nrrd(
      "dimension: 3", space, "sizes: 2 1 2", vectors, "space origin: (1,2,3)", numbers: counted(4)))
  let grid = file.layers[0].grid
  #expect(grid.geometry.spacing == SIMD3(0.8, 0.7, 3))
  #expect(grid.geometry.directions == nil)
  #expect(grid.geometry.origin == nil)
}

@Test("spacings alone are read, in the unit that the file names; without them nothing is known")
func spacings() throws {
  let sizes = ["dimension: 2", "sizes: 2 2"]
  let spaced = try read(nrrd(sizes[0], sizes[1], "spacings: 0.8 0.7", numbers: counted(4)))
  #expect(spaced.layers[0].grid.spacing == Spacing(x: 0.8, y: 0.7))
  let microns = try read(
    nrrd(
      sizes[0], sizes[1], "spacings: 800 700", "units: \"um\" \"um\"", numbers: counted(4)))
  #expect((microns.layers[0].grid.geometry.spacing! - SIMD3(0.8, 0.7, 1)).norm < 1e-12)
  let seconds = try read(
    nrrd(sizes[0], sizes[1], "spacings: 1 1", "units: \"s\" \"s\"", numbers: counted(4)))
  #expect(seconds.layers[0].grid.geometry.spacing == nil)
  #expect(seconds.remarks.contains { $0.contains("units") })
  let silent = try read(nrrd(sizes[0], sizes[1], numbers: counted(4)))
  #expect(silent.layers[0].grid.geometry == .unknown)
}

@Test("space units other than mm scale the spacing and the origin") func spaceUnits() throws {
  let file = try read(
    nrrd(
      "dimension: 3", "space: right-anterior-superior", "sizes: 2 1 2",
      "space directions: (0.08,0,0) (0,0.07,0) (0,0,0.3)", "space origin: (1,2,3)",
      "space units: \"cm\" \"cm\" \"cm\"", numbers: counted(4)))
  let grid = file.layers[0].grid
  #expect((grid.geometry.spacing! - SIMD3(0.8, 0.7, 3)).norm < 1e-12)
  #expect(grid.origin == SIMD3(10, 20, 30))
}

@Test("an axis of colours becomes grey") func colours() throws {
  let colours = try read(
    nrrd(
      "dimension: 3", "sizes: 3 2 1", "kinds: RGB-color domain domain",
      numbers: Data([255, 0, 0, 9, 9, 9])))
  #expect(colours.layers.map(\.values) == [[54, 9]])
  #expect(colours.remarks == ["its colours were made grey"])
}

@Test("axes that are not in space become layers, and must be named as such")
func layers() throws {
  let vectors = try read(
    nrrd(
      "dimension: 3", "sizes: 2 2 1", "kinds: vector domain domain", numbers: counted(4)))
  #expect(vectors.layers.map(\.values) == [[1, 3], [2, 4]])
  let last = try read(
    nrrd("dimension: 3", "sizes: 2 1 2", "kinds: domain domain list", numbers: counted(4)))
  #expect(last.layers.map(\.values) == [[1, 2], [3, 4]])
  #expect(
    refusal(nrrd("dimension: 4", "sizes: 2 2 2 2", numbers: counted(16))).contains("has 4 axes"))
  #expect(
    refusal(nrrd("dimension: 3", "sizes: 3 16 16", numbers: Data(count: 768)))
      .contains("columns or colours"))
}

@Test("the segments of Slicer's files have their names, layers and values") func segments() throws {
  let pairs = [
    "Segment0_ID:=a", "Segment0_Name:=organ", "Segment0_Layer:=0", "Segment0_LabelValue:=1",
    "Segment1_ID:=b", "Segment1_Name:=lesion", "Segment1_Layer:=1", "Segment1_LabelValue:=1",
  ]
  let file = try read(
    nrrd(
      "dimension: 4", "sizes: 2 2 1 1", "kinds: list domain domain domain",
      pairs.joined(separator: "\n"), numbers: Data([1, 0, 1, 1])))
  #expect(file.layers.map(\.values) == [[1, 1], [0, 1]])
  #expect(
    file.segments == [
      VolumeFile.NamedSegment(number: 1, name: "organ", layer: 0, value: 1),
      VolumeFile.NamedSegment(number: 2, name: "lesion", layer: 1, value: 1),
    ])
}

@Test("the number of a segment is its value, if no other segment has it")
func segmentNumbers() throws {
  let flat = try read(
    nrrd(
      "dimension: 3", "sizes: 2 1 1", "Segment0_Name:=organ\nSegment0_LabelValue:=7",
      numbers: Data([7, 0])))
  #expect(flat.segments == [VolumeFile.NamedSegment(number: 7, name: "organ", layer: 0, value: 7)])
}

@Test("voxels are read from the files beside the header: one, a list, or numbered ones")
func detachedVoxels() throws {
  let folder = try ScratchFolder()
  _ = try folder.write(counted(4), to: "all.raw")
  _ = try folder.write(Data("a line\n".utf8) + counted(2), to: "parts/1.raw")
  _ = try folder.write(Data("a line\n".utf8) + Data([3, 4]), to: "parts/2.raw")
  let fields = "NRRD0005\ntype: uint8\nencoding: raw\ndimension: 3\nsizes: 2 1 2\n"
  for rest in [
    "data file: all.raw\n", "line skip: 1\ndata file: LIST\nparts/1.raw\nparts/2.raw\n",
    "line skip: 1\ndata file: parts/%d.raw 1 2 1\n", "byte skip: -1\ndata file: all.raw\n",
  ] {
    let header = try folder.write(Data((fields + rest).utf8), to: "it.nhdr")
    #expect(try Volume(contentsOf: [header]).values == [1, 2, 3, 4], "\(rest)")
  }
}

@Test("voxels elsewhere, in a FIFO or in a missing file are refused without waiting")
func forbiddenVoxels() throws {
  let folder = try ScratchFolder()
  #expect(mkfifo(folder.url.appending(path: "fifo").path, 0o600) == 0)
  for (file, reason) in [
    ("/etc/hostname", "not in its own folder"), ("../x.raw", "not in its own folder"),
    ("fifo", "not a regular file"), ("none.raw", "does not exist"),
  ] {
    let header = try folder.write(
      Data(
        "NRRD0005\ntype: uint8\nencoding: raw\ndimension: 2\nsizes: 2 1\ndata file: \(file)\n".utf8),
      to: "it.nhdr")
    let error = expectError(in: .imaging) { _ = try VolumeFile(contentsOf: [header]) }
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
  }
}

@Test("numbers in text and in hexadecimal digits are read") func textEncodings() throws {
  let fields = "NRRD0005\ntype: short\ndimension: 2\nsizes: 2 2\n"
  let text = Data((fields + "encoding: ascii\n\n1 -2\n3 40\n").utf8)
  #expect(try read(text).layers[0].values == [1, -2, 3, 40])
  let digits = Data((fields + "encoding: hex\nendian: big\n\n0001 fffe\n00030028\n").utf8)
  #expect(try read(digits).layers[0].values == [1, -2, 3, 40])
  #expect(refusal(Data((fields + "encoding: ascii\n\n1 -2 70000 4\n").utf8)).contains("damaged"))
}

@Test("a damaged header is refused by the field that is wrong") func damagedHeaders() {
  #expect(refusal(nrrd("dimension: 3", "sizes: 2 2", numbers: counted(4))).contains("dimension"))
  #expect(refusal(nrrd("dimension: 2", "sizes: 2 -2", numbers: counted(4))).contains("sizes"))
  #expect(
    refusal(nrrd("dimension: 2", "sizes: 2 2", "sizes: 2 2", numbers: counted(4)))
      .contains("sizes is there twice"))
  #expect(
    refusal(nrrd("dimension: 2", "sizes: 2 2", "spacings: 1 wide", numbers: counted(4)))
      .contains("spacings"))
  #expect(refusal(nrrd("dimension: 2", "sizes: 3 2", numbers: counted(4))).contains("truncated"))
}
